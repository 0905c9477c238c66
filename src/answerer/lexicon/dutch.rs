//! Dutch to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const DUTCH: Lexicon = Lexicon {
    small_words: "krijg krijgen ontvang ontvangen aan al alle als alstublieft ben bij bent beste bedankt daar dag dan dat de den der deze die \
        dit doen door dus een en er even gaat geen goed goede graag groet groeten had hallo heb \
        hebben hebt heeft het hier hij hoe hoi hun iets ik in is ja je jij jouw jullie kan kon \
        kunnen kunt laat maar mag me meer met mij mijn moet moeten morgen naar nee niet niets nog nu \
        of om omdat onder ons onze ook op over per reeds te tegen ten ter toch toe tot u uit uw van \
        vanaf veel via voor vraag vragen waar waarom wat wanneer was weer weet weten welk welke wel \
        werd wie wij wil wilde willen wordt worden zal ze zelf zich zij zijn zo zonder zou zouden \
        mogelijk vriendelijke",
    concepts: &[
        ("ship", "levering leveren levertijd bezorging bezorgen verzending verzenden verzendkosten versturen geleverd bezorgd"),
        ("parcel", "pakket pakketten pakje"),
        ("cost", "kosten kost prijs prijzen tarief"),
        ("damage", "beschadigd kapot defect schade"),
        ("wrong", "verkeerd verkeerde fout"),
        ("refund", "terugbetaling terugbetalen terugbetaald"),
        ("return", "retour retourneren retourzending terugsturen"),
        ("exchange", "ruilen omruilen omwisselen"),
        ("cancel", "annuleren annulering opzeggen"),
        ("change", "wijzigen wijziging aanpassen veranderen"),
        ("discount", "korting kortingscode"),
        ("voucher", "cadeaubon tegoedbon bon"),
        ("pay", "betalen betaling betaalmethode betaalmethoden betaald"),
        ("phone", "telefoon bellen telefonisch"),
        ("hour", "openingstijden open geopend"),
        ("expire", "geldig geldigheid verloopt vervalt"),
        ("duty", "douane invoerrechten"),
        ("wash", "wassen reinigen"),
        ("fast", "snel spoed express"),
        ("late", "vertraging vertraagd"),
        ("track", "volgen trackingcode tracking"),
        ("invoice", "factuur facturen"),
        ("lost", "kwijt verloren"),
        ("collect", "afhalen ophalen"),
        ("stock", "voorraad uitverkocht"),
        ("subscription", "abonnement"),
        ("gift", "cadeau cadeaus"),
        ("buy", "kopen aankoop bestellen bestelling bestellingen besteld"),
        ("item", "artikel artikelen product producten"),
        ("shop", "winkel winkels"),
        ("warranty", "garantie"),
        ("repair", "reparatie repareren"),
        ("size", "maat maten"),
        ("free", "gratis kosteloos"),
        ("card", "kaart"),
        ("account", "account"),
    ],
    phrases: &[
        ("hoe lang", HOW_LONG),
        ("hoelang", HOW_LONG),
        ("hoeveel dagen", HOW_LONG),
        ("hoeveel kost", COST),
        ("hoeveel", COST),
        ("hoe kan", HOW_TO),
        ("hoe moet", HOW_TO),
        ("europese unie", "eu"),
        ("verenigd koninkrijk", "uk"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "nederland belgië duitsland frankrijk oostenrijk italië spanje portugal"),
    ],
    units_of_time: "minuut minuten uur dag dagen werkdag werkdagen week weken maand maanden jaar",
    units_of_money: "euro euros eur",
    number_words: "een twee drie vier vijf zes zeven acht negen tien dertig",
    before_question: "hallo hoi beste goedemorgen goedemiddag en maar",
    question_starts: "hoe hoeveel wat wanneer waar welke welk wie waarom kan kunnen kunt mag is zijn hebben heeft \
        leveren verkopen moet",
    question_phrases: &["ik wil graag", "ik zou graag", "kunt u", "kunnen jullie", "graag"],
    leaning: "het dit dat deze dan maar ook daarna",
    going_on: "het dit dat deze dan maar ook daarna",
    suppositions: "als",
    status: &[
        "waar is|blijft|zijn|blijven mijn|onze|het|de",
        "wanneer komt|krijg|ontvang|wordt ?ik mijn|onze",
        "mijn|onze pakket|bestelling|levering|terugbetaling|retour * niet|nog|nooit",
        "niet|niets|geen * ontvangen|gekregen|aangekomen|geleverd",
        "ik wacht",
        "status van",
    ],
    status_even_if: &[],
    acts: &[
        "kunt|kunnen|kan|zou|zouden u|jullie|je * annuleren|sturen|wijzigen|terugbetalen|veranderen",
        "^ ?graag annuleer|annuleren|wijzig|stuur",
        "ik wil|eis mijn|een|het geld|terugbetaling",
    ],
};
