//! Polish to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const POLISH: Lexicon = Lexicon {
    small_words: "otrzymam dostanę a aby albo ale bardzo bez bo by być był była było co czy dla dlaczego do dobry dzień \
        dziękuję gdy gdzie go i ich ile im ja jak jaka jaki jakie jako je jego jej jest jestem \
        jeszcze jeśli już każdy kiedy kto który która które ma mam mamy mi mnie mogę może można moja \
        moje mój mojego my na nad nam nas nasz nasza nie nich niego nim o od on ona oni ono oraz pan \
        pani państwo po pod pozdrawiam proszę przez przy są się sobie swój ta tak także tam te tego \
        tej ten to tu ty tylko u w we więc witam wszystko z za ze że żeby pytanie chcę chciałbym \
        chciałabym wiedzieć",
    concepts: &[
        ("ship", "dostawa dostawy dostawę wysyłka wysyłki wysyłkę wysłać dostarczyć"),
        ("parcel", "paczka paczki paczkę przesyłka przesyłki"),
        ("cost", "koszt koszty kosztuje cena ceny"),
        ("damage", "uszkodzony uszkodzona uszkodzone zepsuty"),
        ("refund", "zwrot pieniędzy"),
        ("return", "zwrócić zwroty zwrotu odesłać"),
        ("exchange", "wymiana wymienić wymiany"),
        ("cancel", "anulować anulowanie"),
        ("change", "zmienić zmiana zmiany"),
        ("discount", "rabat rabaty zniżka zniżki"),
        ("voucher", "bon bony"),
        ("pay", "płatność płatności zapłacić płacić"),
        ("phone", "telefon zadzwonić"),
        ("hour", "godziny otwarcia otwarte"),
        ("duty", "cło cła"),
        ("wash", "prać pranie czyścić"),
        ("fast", "szybko ekspres"),
        ("track", "śledzić śledzenie"),
        ("invoice", "faktura faktury fakturę"),
        ("buy", "kupić zakup zamówić zamówienie zamówienia zamówień"),
        ("item", "produkt produkty artykuł artykuły"),
        ("shop", "sklep sklepy sklepu"),
        ("warranty", "gwarancja gwarancji"),
        ("repair", "naprawa naprawić naprawy"),
        ("size", "rozmiar rozmiary"),
        ("free", "darmowa darmowy bezpłatna bezpłatny"),
        ("card", "karta kartą karty"),
        ("account", "konto konta"),
    ],
    phrases: &[
        ("jak długo", HOW_LONG),
        ("ile dni", HOW_LONG),
        ("ile trwa", HOW_LONG),
        ("ile kosztuje", COST),
        ("ile", COST),
        ("jak", HOW_TO),
        ("unii europejskiej", "eu"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "polska polski niemcy niemiec francja austria czechy"),
    ],
    units_of_time: "minut godzin godziny dzień dni tydzień tygodnie miesiąc miesiące miesięcy rok lat",
    units_of_money: "euro złoty złotych zł",
    number_words: "jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
    before_question: "dzień dobry witam cześć i ale",
    question_starts: "jak ile kiedy gdzie co jaki jaka jakie który która kto dlaczego czy",
    question_phrases: &["chciałbym", "chciałabym", "proszę"],
    leaning: "to ten ta te potem ale też",
    going_on: "to ten ta te potem ale też",
    suppositions: "jeśli",
    status: &[
        "gdzie jest|są moja|moje|mój|nasza",
        "kiedy * moja|moje|moją|mój",
        "moja|moje|mój paczka|zamówienie|przesyłka|zwrot * nie|jeszcze",
        "nie * dotarła|dotarło|otrzymałem|otrzymałam|przyszła|przyszło",
        "czekam na",
        "status mojego|zamówienia",
    ],
    status_even_if: &[],
    acts: &[
        "proszę o|anulować|zmienić|wysłać",
        "proszę * anulować|zmienić|wysłać|zwrócić",
        "czy możecie|może|mogą * anulować|zmienić|wysłać|zwrócić",
    ],
};
