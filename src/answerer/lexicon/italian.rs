//! Italian to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const ITALIAN: Lexicon = Lexicon {
    small_words: "ricevo ricevere a abbiamo ad agli ai al alla alle allo anche ancora avere avete aveva bene buona buongiorno \
        buonasera c che chi ci ciao cioè come con cosa così cui d da dagli dai dal dalla dalle de \
        degli dei del della delle dello di dopo dove e è ed era essere fa fare gli grazie ha hai \
        hanno ho i il in io l la le lei li lo loro lui ma me mi mia mie miei mio molto ne nei nel \
        nella nelle no noi non nostra nostro o ogni oppure per perché però più poi posso può qual \
        quale quali quando quanta quanti quanto quello questa queste questi questo qui se sei senza \
        si sì siamo siete sono sta su sua sue sugli sul sulla suo suoi tra tu tua tuo un una uno vi \
        voi vorrei vostra vostri vostro saluti prego domanda sapere possibile potete",
    concepts: &[
        ("ship", "spedizione spedizioni spedire spedite consegna consegne consegnare"),
        ("parcel", "pacco pacchi"),
        ("cost", "costo costi costa costano prezzo prezzi spese"),
        ("damage", "danneggiato rotto difettoso danno"),
        ("wrong", "sbagliato errore errato"),
        ("refund", "rimborso rimborsi rimborsare"),
        ("return", "reso resi restituire restituzione"),
        ("exchange", "cambio cambiare sostituzione"),
        ("cancel", "annullare annullamento cancellare disdire"),
        ("change", "modificare modifica correggere"),
        ("discount", "sconto sconti codice"),
        ("voucher", "buono buoni"),
        ("pay", "pagare pagamento pagamenti"),
        ("phone", "telefono telefonare chiamare"),
        ("hour", "orari orario apertura aperto"),
        ("expire", "valido validità scade scadenza"),
        ("duty", "dogana doganali"),
        ("wash", "lavare lavaggio pulire"),
        ("fast", "espresso veloce urgente express"),
        ("late", "ritardo"),
        ("track", "tracciare tracciamento tracking"),
        ("invoice", "fattura fatture"),
        ("lost", "perso"),
        ("collect", "ritirare ritiro"),
        ("stock", "esaurito disponibile"),
        ("subscription", "abbonamento"),
        ("gift", "regalo regali"),
        ("buy", "comprare acquisto acquistare ordine ordini ordinare"),
        ("email", "email mail"),
        ("item", "articolo articoli prodotto prodotti"),
        ("shop", "negozio negozi"),
        ("warranty", "garanzia"),
        ("repair", "riparazione riparare"),
        ("size", "taglia taglie misura"),
        ("free", "gratis gratuito gratuita"),
        ("card", "carta"),
        ("account", "conto account"),
    ],
    phrases: &[
        ("quanto tempo", HOW_LONG),
        ("quanti giorni", HOW_LONG),
        ("quanto ci vuole", HOW_LONG),
        ("quanto costa", COST),
        ("quanto", COST),
        ("come", HOW_TO),
        ("unione europea", "eu"),
        ("regno unito", "uk"),
        ("buono regalo", "gift-card"),
        ("carta regalo", "gift-card"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "italia francia germania austria spagna portogallo belgio grecia polonia"),
        ("voucher", "gift-card"),
    ],
    units_of_time: "minuto minuti ora ore giorno giorni settimana settimane mese mesi anno anni lavorativi",
    units_of_money: "euro eur",
    number_words: "un uno due tre quattro cinque sei sette otto nove dieci trenta",
    before_question: "buongiorno buonasera ciao salve e ma grazie",
    question_starts: "come quanto quanta quanti quando dove che cosa quale quali chi perché posso può potete è ci \
        avete spedite accettate vendete",
    question_phrases: &["vorrei sapere", "vorrei", "mi piacerebbe", "potete", "per favore"],
    leaning: "è questo questa questi poi ma anche",
    going_on: "è questo questa questi poi ma anche",
    suppositions: "se",
    status: &[
        "dov è|e ?il mio|mia|miei|nostro",
        "dove è|si|sono ?trova ?il|la|i mio|mia|miei",
        "quando arriva|arriverà|ricevo|riceverò ?il|la mio|mia",
        "mio|mia|nostro pacco|ordine|rimborso|spedizione|reso * non|ancora|mai",
        "non * ricevuto|arrivato|consegnato",
        "sto aspettando",
        "stato del|della",
    ],
    status_even_if: &[],
    acts: &[
        "per favore * annullate|annulli|cancellate|inviate|cambiate|rimborsate",
        "potete|può|potreste * annullare|inviarmi|cambiare|rimborsarmi|cancellare|modificare * mio|mia|il|la|mi",
        "voglio ?il|un rimborso|mio|soldi",
    ],
};
