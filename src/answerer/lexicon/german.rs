//! German to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const GERMAN: Lexicon = Lexicon {
    small_words: "bekomme bekommen bekommt erhalte erhalten erhält kommt kommen aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim \
        bereits bestens bin bis bitte bleibt da dabei dafür damit danach danke dann darf das dass \
        dazu dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du \
        durch ein eine einem einen einer eines er es etwa etwas euch euer eure für gab geben geht \
        genau gerne gern gibt gruß grüße guten tag morgen abend habe haben hallo hat hatte hätte ich \
        ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jetzt kann kein keine keinen \
        keiner können könnte könnten kannst lassen leider liebe lieben lieber machen man mehr mein \
        meine meinem meinen meiner mich mir mit möchte möchten möglich muss müssen nach nein nicht \
        nichts noch nun nur ob oder ohne per schon sehr sei sein seine seit sich sie sind so sollte \
        sollen soll sowie team über um und uns unser unsere unseren unter viel viele vielen vom von \
        vor vielleicht war waren warum was weil welche welchem welchen welcher welches wenn wer \
        werde werden wie wieder will wir wird wissen wo wohl wollen wurde würde würden zu zum zur \
        zwischen frage fragen hoch nehmen sagen hilfe freundlichen mfg gilt gelten",
    concepts: &[
        ("ship", "versand versenden verschicken lieferung lieferungen liefern lieferzeit geliefert zustellung zugestellt"),
        ("parcel", "paket pakete päckchen sendung"),
        ("cost", "kosten kostet preis preise gebühr gebühren teuer"),
        ("damage", "beschädigt kaputt defekt schaden schäden gebrochen zerbrochen"),
        ("wrong", "falsch falsche falscher falsches"),
        ("refund", "erstattung erstatten erstattet rückerstattung rückzahlung"),
        ("return", "rücksendung rücksendungen retoure retouren zurückschicken zurücksenden rückgabe zurückgeben retournieren"),
        ("exchange", "umtausch umtauschen tauschen"),
        ("cancel", "stornieren storno stornierung kündigen kündigung abbestellen"),
        ("change", "ändern änderung korrigieren anpassen"),
        ("discount", "rabatt rabatte rabattcode nachlass"),
        ("voucher", "gutschein gutscheine"),
        ("pay", "zahlen bezahlen zahlung bezahlung zahlungsart zahlungsarten zahlungsmethoden bezahlt"),
        ("phone", "telefon telefonisch anrufen telefonnummer"),
        ("hour", "öffnungszeiten geöffnet"),
        ("expire", "gültig gültigkeit ablauf verfällt verfallen"),
        ("duty", "zoll zollgebühren einfuhrsteuer"),
        ("wash", "waschen reinigen reinigung wäsche"),
        ("fast", "schnell express eilig"),
        ("late", "verspätet verspätung"),
        ("track", "sendungsverfolgung verfolgen tracking"),
        ("invoice", "rechnung rechnungen"),
        ("lost", "verloren verlust"),
        ("collect", "abholen abholung selbstabholung"),
        ("stock", "ausverkauft verfügbar lieferbar"),
        ("subscription", "abo abonnement abonnieren"),
        ("job", "stelle stellen stellenangebote bewerbung"),
        ("gift", "geschenk geschenke"),
        ("buy", "kaufen kauf bestellen bestellung bestellungen gekauft bestellt"),
        ("email", "email mail"),
        ("item", "artikel ware produkt produkte"),
        ("shop", "laden geschäft filiale"),
        ("warranty", "garantie gewährleistung"),
        ("repair", "reparatur reparieren reparaturen"),
        ("size", "größe größen"),
        ("free", "kostenlos gratis kostenfrei versandkostenfrei"),
        ("card", "kreditkarte karte"),
        ("delete", "löschen"),
        ("account", "konto kundenkonto"),
        ("abroad", "ausland international"),
    ],
    phrases: &[
        ("wie lange", HOW_LONG),
        ("wie lang", HOW_LONG),
        ("wie viele tage", HOW_LONG),
        ("wie viel kostet", COST),
        ("wie viel", COST),
        ("wieviel", COST),
        ("wie hoch", COST),
        ("wie kann", HOW_TO),
        ("wie geht", HOW_TO),
        ("wie mache", HOW_TO),
        ("schicken zurück", "return"),
        ("schicke zurück", "return"),
        ("zurück schicken", "return"),
        ("europäischen union", "eu"),
        ("vereinigtes königreich", "uk"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "deutschland österreich frankreich belgien italien spanien portugal niederlande polen schweden dänemark finnland irland griechenland ungarn tschechien"),
    ],
    units_of_time: "minute minuten stunde stunden tag tage tagen werktag werktage werktagen woche wochen monat monate monaten jahr jahre jahren",
    units_of_money: "euro eur",
    number_words: "ein zwei drei vier fünf sechs sieben acht neun zehn zwölf vierzehn dreißig",
    before_question: "hallo guten tag morgen abend liebes team und auch also aber bitte",
    question_starts: "wie was wann wo woher wohin welche welcher welches welchen wer warum wieso kann können \
        könnte könnten ist sind hat haben habe gibt darf muss werden wird liefern",
    question_phrases: &["ich möchte", "ich hätte gerne", "können sie", "könnten sie", "ich suche", "ich frage mich", "bitte", "weiß nicht"],
    leaning: "er sie es das dies diese dieser dann danach aber sonst auch so wird dort",
    going_on: "er sie es das dies diese dieser dann danach aber sonst auch so wir bitte dort",
    suppositions: "wenn falls",
    status: &[
        "wo ist|bleibt|sind|bleiben ?denn|nur|eigentlich mein|meine|unser|unsere|das|die",
        "wann kommt|kommen|bekomme|erhalte|wird ?ich ?denn|endlich mein|meine|unser|unsere paket|bestellung|lieferung|sendung|ware|ersatz",
        "^ ist|wurde|hat|haben|sind mein|meine|unser|unsere",
        "mein|meine|unser|unsere paket|bestellung|lieferung|sendung|ware|geld|erstattung|retoure * nicht|noch|immer|verloren|verspätet",
        "nicht|nichts|keine * angekommen|erhalten|bekommen|geliefert|versendet",
        "warte|warten ?noch|immer|schon|seit ?immer|schon|seit auf|noch",
        "status meiner|unserer|der",
    ],
    status_even_if: &[],
    acts: &[
        "bitte * stornieren|löschen|ändern|erstatten|schicken|senden|kündigen|kündigt|storniert|ändert|schicken|sendet",
        "^ stornieren|kündigen|ändern|löschen|erstatten|schicken|senden sie",
        "können|könnten|könnt|würden|kannst|könntest sie|ihr|du * meine|meinen|mein|mir|uns|die * stornieren|löschen|ändern|erstatten|schicken|senden|kündigen",
        "ich will|möchte|verlange|fordere mein|meine|eine|einen|das geld|erstattung|rückerstattung|ersatz|entschädigung",
    ],
};
