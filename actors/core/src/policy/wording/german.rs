//! The texts in German.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Hallo {name},",
    greeting_unnamed: "Guten Tag,",
    offer: "Falls das Ihre Frage nicht klärt, antworten Sie einfach „Mitarbeiter“, dann übernimmt ein Mensch aus \
            unserem Team.",
    disclosure: "Diese Antwort hat unser KI-Assistent geschrieben.",
    handoff: "Vielen Dank für Ihre Nachricht. Ich gebe sie an unser Team weiter, das Ihnen hier antworten wird.",
    handoff_closed: "Vielen Dank für Ihre Nachricht. Ich gebe sie an unser Team weiter. Wir sind {opening} wieder \
                     für Sie da und antworten Ihnen dann hier.",
    handoff_file: "Ihre Datei ist bei uns angekommen; ein Mensch aus unserem Team sieht sie sich an.",
    got_file: "Vielen Dank, Ihre Datei ist angekommen, ich kann sie aber nicht selbst öffnen. Könnten Sie mir in \
               wenigen Worten sagen, was darauf zu sehen ist und wie wir helfen können?",
    decline_human: "Ich verstehe, dass Sie lieber mit einem Menschen sprechen möchten. Nachrichten beantwortet hier \
                    unser KI-Assistent, und ich helfe Ihnen gern: Worum geht es bei Ihrer Frage?",
    try_first: "Gern. Darf ich zuerst versuchen, Ihnen gleich zu helfen, bevor ich jemanden aus dem Team \
                hinzuziehe? Sagen Sie mir bitte, worum es geht. Wenn Sie dann doch lieber mit einem Menschen \
                sprechen möchten, sagen Sie es einfach noch einmal.",
    ask_basics: "Gern: Antworten Sie mir bitte mit Ihrer Bestellnummer und worum es geht, dann gebe ich Sie an \
                 jemanden aus unserem Team weiter, der Ihnen gleich helfen kann.",
    cannot_answer: "Es tut mir leid, darauf habe ich keine verlässliche Antwort. Könnten Sie Ihre Frage anders \
                    formulieren oder etwas ergänzen, zum Beispiel Ihre Bestellnummer?",
    courtesy: "Gern geschehen! Schreiben Sie einfach wieder, wenn noch etwas ist.",
    closing: "Freundliche Grüße\n{shop}",
    calendar: Calendar {
        today: "heute um {time} Uhr",
        this_week: "am {weekday} um {time} Uhr",
        later: "am {weekday}, dem {day}. {month}, um {time} Uhr",
        weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        day_one: "1",
    },
};
