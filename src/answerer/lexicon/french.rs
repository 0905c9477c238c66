//! French to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const FRENCH: Lexicon = Lexicon {
    small_words: "recevoir recevez reçois reçoit recevrai a ai alors après as au aussi autre autres aux avant avec avez avoir avons bien bon bonjour \
        bonne bonsoir bonnes c car ce ceci cela celle celui ces cet cette ceux chez combien comme \
        comment cordialement d dans de des depuis dois doit donc du elle elles en encore entre es \
        est et étaient était êtes être eu fait faire faites faut il ils j je jour journée jours l la \
        là laquelle le lequel les leur leurs lors lorsque lui m ma mais me merci mes moi mon n ne ni \
        nos notre nous on ont ou où par pas peu peut peuvent peux plus pour pourquoi pouvez pouvons \
        prend prendre puis puisque qu quand que quel quelle quelles quels qui quoi s sa salut sans \
        se sera serai serait ses si soit son sont sous suis sur t ta te tes toi ton tous tout toute \
        toutes très tu un une va vers veux voici voilà vont vos votre voudrais vous y possible \
        question savoir passe svp plait plaît équipe aimerais avais",
    concepts: &[
        ("ship", "livraison livraisons livrer livrez livré expédition expédier expédiez envoi"),
        ("parcel", "colis paquet"),
        ("cost", "coût coûte coûter prix frais tarif cher"),
        ("damage", "abîmé cassé endommagé défectueux"),
        ("wrong", "mauvais erreur"),
        ("refund", "remboursement remboursements rembourser remboursé remboursée"),
        ("return", "retour retours renvoyer retourner renvoi"),
        ("exchange", "échange échanger échanges"),
        ("cancel", "annuler annulation résilier"),
        ("change", "changer modifier modification corriger"),
        ("discount", "remise réduction rabais promo"),
        ("voucher", "bons chèques"),
        ("pay", "payer paiement paiements règlement payé"),
        ("phone", "téléphone téléphoner appeler"),
        ("hour", "horaires ouvert ouverture"),
        ("expire", "valable validité expire expirer"),
        ("duty", "douane douanes"),
        ("wash", "laver lavage nettoyer nettoyage"),
        ("fast", "express rapide urgent"),
        ("late", "retard"),
        ("track", "suivi suivre"),
        ("invoice", "facture factures"),
        ("lost", "perdu"),
        ("collect", "retirer retrait"),
        ("stock", "stock rupture"),
        ("subscription", "abonnement abonner"),
        ("gift", "cadeau cadeaux"),
        ("buy", "acheter achat commander commande commandes commandé"),
        ("email", "courriel email mail"),
        ("item", "article articles produit produits"),
        ("shop", "magasin boutique"),
        ("warranty", "garantie"),
        ("repair", "réparation réparer"),
        ("size", "taille tailles pointure"),
        ("free", "gratuit gratuite offert offerte gratuitement"),
        ("card", "carte"),
        ("delete", "supprimer suppression"),
        ("account", "compte"),
    ],
    phrases: &[
        ("combien de temps", HOW_LONG),
        ("combien de jours", HOW_LONG),
        ("délai", HOW_LONG),
        ("délais", HOW_LONG),
        ("combien coûte", COST),
        ("combien", COST),
        ("comment", HOW_TO),
        ("union européenne", "eu"),
        ("l'union européenne", "eu"),
        ("royaume uni", "uk"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "france belgique allemagne autriche italie espagne portugal luxembourg pologne irlande grèce"),
    ],
    units_of_time: "minute minutes heure heures jour jours semaine semaines mois an ans année années",
    units_of_money: "euro euros eur",
    number_words: "un une deux trois quatre cinq six sept huit neuf dix douze quinze trente",
    before_question: "bonjour bonsoir salut madame monsieur et mais alors merci",
    question_starts: "comment combien quand où quel quelle quels quelles qui que pourquoi puis peut pouvez est \
        avez livrez acceptez dois faut vendez",
    question_phrases: &["est ce que", "je voudrais", "j aimerais", "je souhaite", "savoir si", "pouvez vous", "je cherche", "peut on", "puis je", "avez vous"],
    leaning: "il elle ils elles cela ce cette ces ensuite alors mais sinon aussi",
    going_on: "il elle ils elles cela ce cette ces ensuite alors mais sinon aussi vous nous",
    suppositions: "si",
    status: &[
        "où est|sont|en ?est mon|ma|mes|notre|le|la",
        "quand * mon|ma|mes colis|commande|livraison|remboursement|paquet",
        "mon|ma|notre colis|commande|livraison|remboursement|paquet|retour * pas|toujours|jamais|encore|perdu|retard",
        "pas|rien|jamais ?encore ?été reçu|arrivé|livré|remboursé",
        "^ est ce que mon|ma|mes",
        "j attends|attend",
        "statut de|du",
    ],
    status_even_if: &[],
    acts: &[
        "veuillez|merci ?de annuler|rembourser|changer|modifier|envoyer|supprimer|corriger",
        "pouvez|pourriez vous * annuler|rembourser|changer|modifier|envoyer|renvoyer|supprimer|corriger * ma|mon|mes|me|moi|nous|la|le",
        "^ annulez|remboursez|changez|envoyez|supprimez|modifiez",
        "je veux|exige|demande un|mon|le|une remboursement|argent|compensation",
    ],
};
