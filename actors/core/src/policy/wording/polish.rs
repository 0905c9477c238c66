//! The texts in Polish.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Dzień dobry, {name},",
    greeting_unnamed: "Dzień dobry,",
    offer: "Jeśli to nie rozwiązuje sprawy, proszę po prostu odpisać „konsultant”, a sprawę przejmie ktoś z \
            naszego zespołu.",
    disclosure: "Tę odpowiedź napisał nasz asystent AI.",
    handoff: "Dziękujemy za wiadomość. Przekazuję ją naszemu zespołowi, który odpowie w tym miejscu.",
    handoff_closed: "Dziękujemy za wiadomość. Przekazuję ją naszemu zespołowi. Wracamy {opening} i wtedy odpowiemy \
                     w tym miejscu.",
    handoff_file: "Załączony plik także do nas dotarł; obejrzy go ktoś z naszego zespołu.",
    got_file: "Dziękujemy, plik do nas dotarł, ale nie mogę go otworzyć. Czy można prosić o opisanie w kilku \
               słowach, co przedstawia i jak możemy pomóc?",
    decline_human: "Rozumiem chęć rozmowy z człowiekiem. Na wiadomości odpowiada tu nasz asystent AI i chętnie \
                    pomogę: czego dotyczy pytanie?",
    try_first: "Oczywiście. Czy przed przekazaniem sprawy mogę spróbować pomóc od razu? Proszę napisać, czego \
                dotyczy pytanie. Jeśli nadal lepsza będzie rozmowa z człowiekiem, wystarczy napisać to jeszcze raz.",
    ask_basics: "Chętnie: proszę odpisać, podając numer zamówienia i czego dotyczy sprawa, a przekażę ją komuś \
                 z zespołu, kto będzie mógł od razu pomóc.",
    cannot_answer: "Przepraszam, nie mam na to pewnej odpowiedzi. Czy można prosić o inne sformułowanie pytania lub \
                    dodatkową informację, na przykład numer zamówienia?",
    courtesy: "Cieszymy się, że mogliśmy pomóc! W razie pytań prosimy o kolejną wiadomość.",
    closing: "Z poważaniem\n{shop}",
    calendar: Calendar {
        today: "dziś o {time}",
        this_week: "{weekday} o {time}",
        later: "{weekday}, {day} {month}, o {time}",
        weekdays: [
            "w poniedziałek",
            "we wtorek",
            "w środę",
            "w czwartek",
            "w piątek",
            "w sobotę",
            "w niedzielę",
        ],
        months: [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ],
        day_one: "1",
    },
};
