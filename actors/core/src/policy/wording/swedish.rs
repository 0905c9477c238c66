//! The texts in Swedish.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Hej {name},",
    greeting_unnamed: "Hej,",
    offer: "Om det inte löser ditt ärende kan du bara svara ”medarbetare” så tar en kollega över.",
    disclosure: "Det här svaret har skrivits av vår AI-assistent.",
    handoff: "Tack för ditt meddelande. Jag lämnar det vidare till en kollega som svarar dig här.",
    handoff_closed: "Tack för ditt meddelande. Jag lämnar det vidare till en kollega. Vi är tillbaka {opening} och \
                     svarar dig då här.",
    handoff_file: "Din fil har också kommit fram till oss; en person i vårt team tittar på den.",
    got_file: "Tack, jag har fått din fil men kan inte öppna den själv. Kan du med några ord berätta vad den visar \
               och hur vi kan hjälpa dig?",
    decline_human: "Jag förstår att du hellre vill prata med en person. Här är det vår AI-assistent som svarar på \
                    meddelanden, och jag hjälper dig gärna: vad gäller din fråga?",
    try_first: "Gärna. Får jag försöka hjälpa dig direkt innan jag kopplar in en kollega? Berätta vad det gäller. \
                Om du ändå hellre vill prata med en person räcker det att du säger det en gång till.",
    ask_basics: "Gärna: svara med ditt ordernummer och vad det gäller, så lämnar jag över till en kollega som kan \
                 hjälpa dig direkt.",
    cannot_answer: "Tyvärr har jag inget säkert svar på det. Kan du ställa frågan på ett annat sätt eller lägga \
                    till något, till exempel ditt ordernummer?",
    courtesy: "Varsågod! Skriv gärna igen om det är något mer.",
    closing: "Vänliga hälsningar\n{shop}",
    calendar: Calendar {
        today: "i dag kl. {time}",
        this_week: "på {weekday} kl. {time}",
        later: "{weekday} den {day} {month} kl. {time}",
        weekdays: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
        months: [
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december",
        ],
        day_one: "1",
    },
};
