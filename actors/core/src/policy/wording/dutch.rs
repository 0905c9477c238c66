//! The texts in Dutch.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Hallo {name},",
    greeting_unnamed: "Hallo,",
    offer: "Is uw vraag hiermee niet beantwoord? Antwoord dan gewoon \"medewerker\" en een collega neemt het over.",
    disclosure: "Dit antwoord is geschreven door onze AI-assistent.",
    handoff: "Bedankt voor uw bericht. Ik geef het door aan een collega, die u hier zal antwoorden.",
    handoff_closed: "Bedankt voor uw bericht. Ik geef het door aan een collega. Ons team is {opening} weer \
                     bereikbaar en antwoordt u dan hier.",
    handoff_file: "Uw bestand is ook bij ons aangekomen; een medewerker zal het bekijken.",
    got_file: "Bedankt, ik heb uw bestand ontvangen, maar ik kan het zelf niet openen. Kunt u mij in een paar \
               woorden vertellen wat erop staat en hoe we u kunnen helpen?",
    decline_human: "Ik begrijp dat u liever met een persoon spreekt. Berichten worden hier beantwoord door onze \
                    AI-assistent, en ik help u graag: waar gaat uw vraag over?",
    try_first: "Graag. Mag ik eerst proberen u meteen te helpen, voordat ik een collega erbij haal? Vertel me \
                alstublieft waar het over gaat. Spreekt u toch liever met een persoon, zeg het dan gewoon nog een \
                keer.",
    ask_basics: "Graag: antwoord met uw bestelnummer en waar het over gaat, dan geef ik u door aan een collega, \
                 die u meteen kan helpen.",
    cannot_answer: "Het spijt me, daar heb ik geen betrouwbaar antwoord op. Kunt u uw vraag anders stellen of iets \
                    toevoegen, bijvoorbeeld uw bestelnummer?",
    courtesy: "Graag gedaan! Schrijf ons gerust weer als er nog iets is.",
    closing: "Met vriendelijke groet,\n{shop}",
    calendar: Calendar {
        today: "vandaag om {time} uur",
        this_week: "{weekday} om {time} uur",
        later: "op {weekday} {day} {month} om {time} uur",
        weekdays: ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
        months: [
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ],
        day_one: "1",
    },
};
