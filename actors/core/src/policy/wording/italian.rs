//! The texts in Italian.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Buongiorno {name},",
    greeting_unnamed: "Buongiorno,",
    offer: "Se questo non risolve la sua richiesta, risponda semplicemente «operatore» e un collega se ne \
            occuperà.",
    disclosure: "Questa risposta è stata scritta dal nostro assistente IA.",
    handoff: "Grazie per il suo messaggio. Lo passo a un collega, che le risponderà qui.",
    handoff_closed: "Grazie per il suo messaggio. Lo passo a un collega. Il nostro team torna {opening} e le \
                     risponderà qui.",
    handoff_file: "Abbiamo ricevuto anche il suo file; una persona del nostro team lo guarderà.",
    got_file: "Grazie, ho ricevuto il suo file, ma non posso aprirlo. Potrebbe dirmi in poche parole che cosa \
               mostra e come possiamo aiutarla?",
    decline_human: "Capisco che preferisca parlare con una persona. Qui ai messaggi risponde il nostro assistente \
                    IA, e la aiuto volentieri: di che cosa si tratta?",
    try_first: "Volentieri. Prima di coinvolgere un collega, posso provare ad aiutarla subito? Mi dica di che cosa \
                si tratta. Se preferisce comunque parlare con una persona, basta che me lo ripeta.",
    ask_basics: "Volentieri: mi risponda con il numero d'ordine e di che cosa si tratta, e la passerò a un collega \
                 che potrà aiutarla subito.",
    cannot_answer: "Mi dispiace, non ho una risposta affidabile a questa domanda. Potrebbe formularla in altro \
                    modo o aggiungere un dettaglio, per esempio il numero d'ordine?",
    courtesy: "Prego! Ci scriva di nuovo se le serve altro.",
    closing: "Cordiali saluti,\n{shop}",
    calendar: Calendar {
        today: "oggi alle {time}",
        this_week: "{weekday} alle {time}",
        later: "{weekday} {day} {month} alle {time}",
        weekdays: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        months: [
            "gennaio",
            "febbraio",
            "marzo",
            "aprile",
            "maggio",
            "giugno",
            "luglio",
            "agosto",
            "settembre",
            "ottobre",
            "novembre",
            "dicembre",
        ],
        day_one: "1º",
    },
};
