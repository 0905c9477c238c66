//! Swedish to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const SWEDISH: Lexicon = Lexicon {
    small_words: "fås alla allt att av blev bli blir de dem den denna deras dess det detta dig din dina ditt du då \
        där efter ej eller en er era ert ett finns från för få får ge går gör göra ha hade han har \
        hej hur här hälsningar i igen in inte ja jag kan kunde man med mer mig min mina mitt mot \
        mycket måste ni nog nu någon något några när och också om oss på sedan sig sin skulle som så \
        tack ta till under upp ut vad var vara varför vi vid vilka vilken vilket vill vår våra vårt \
        än är fråga undrar veta snälla gärna god dag",
    concepts: &[
        ("ship", "leverans leveranser leverera leveranstid frakt skicka skickar fraktkostnad levererar"),
        ("parcel", "paket paketet"),
        ("cost", "kostar kostnad kostnader pris priser avgift"),
        ("damage", "skadad skadat trasig trasigt defekt"),
        ("wrong", "fel felaktig"),
        ("refund", "återbetalning återbetalningar återbetala"),
        ("return", "retur returnera returer"),
        ("exchange", "byta byte"),
        ("cancel", "avboka avbeställa annullera"),
        ("change", "ändra ändring"),
        ("discount", "rabatt rabatter rabattkod"),
        ("voucher", "presentkort"),
        ("pay", "betala betalning betalningar"),
        ("phone", "telefon ringa"),
        ("hour", "öppettider öppet"),
        ("expire", "giltig giltigt giltighetstid"),
        ("duty", "tull tullavgift"),
        ("wash", "tvätta tvätt rengöra"),
        ("fast", "snabb snabbt express"),
        ("late", "försenad försening"),
        ("track", "spåra spårning"),
        ("invoice", "faktura fakturor kvitto"),
        ("collect", "hämta"),
        ("stock", "lager slutsåld"),
        ("gift", "present gåva"),
        ("buy", "köpa köp beställa beställning order"),
        ("item", "varor artikel produkt produkter"),
        ("shop", "butik butiken"),
        ("warranty", "garanti"),
        ("repair", "reparation reparera laga"),
        ("size", "storlek storlekar"),
        ("free", "gratis fri fritt"),
        ("card", "kort"),
        ("account", "konto"),
    ],
    phrases: &[
        ("hur lång tid", HOW_LONG),
        ("hur länge", HOW_LONG),
        ("hur många dagar", HOW_LONG),
        ("hur mycket", COST),
        ("hur gör", HOW_TO),
        ("hur kan", HOW_TO),
    ],
    own_stems: "",
    broader: &[
        ("eu", "sverige danmark finland tyskland frankrike"),
    ],
    units_of_time: "minut minuter timme timmar dag dagar arbetsdagar vecka veckor månad månader år",
    units_of_money: "kronor kr euro",
    number_words: "en två tre fyra fem sex sju åtta nio tio trettio",
    before_question: "hej god och men",
    question_starts: "hur vad när var vilken vilka vilket vem varför kan är har finns får måste levererar skickar \
        säljer",
    question_phrases: &["jag vill", "jag skulle vilja", "kan ni", "jag undrar"],
    leaning: "det den de detta sedan men också",
    going_on: "det den de detta sedan men också",
    suppositions: "om",
    status: &[
        "var är mitt|min|mina",
        "när kommer|får ?jag mitt|min|mina",
        "mitt|min|mina paket|beställning|order|retur|leverans * inte|inte|ännu",
        "inte * fått|kommit|levererats",
        "jag väntar",
        "status på|för",
    ],
    status_even_if: &[],
    acts: &[
        "kan|kunde|skulle ni|du * avboka|ändra|skicka|återbetala|avbeställa",
        "^ ?snälla avboka|ändra|skicka|avbeställ",
        "jag vill ha * pengar|återbetalning",
    ],
};
