//! The texts in Spanish.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Hola, {name}:",
    greeting_unnamed: "Hola:",
    offer: "Si esto no resuelve su consulta, responda simplemente «agente» y un compañero se hará cargo.",
    disclosure: "Esta respuesta la ha escrito nuestro asistente de IA.",
    handoff: "Gracias por su mensaje. Se lo paso a un compañero, que le responderá aquí.",
    handoff_closed: "Gracias por su mensaje. Se lo paso a un compañero. Nuestro equipo vuelve {opening} y le \
                     responderá aquí.",
    handoff_file: "También hemos recibido su archivo; una persona de nuestro equipo lo mirará.",
    got_file: "Gracias, he recibido su archivo, pero no puedo abrirlo. ¿Podría decirme en pocas palabras qué \
               muestra y en qué podemos ayudarle?",
    decline_human: "Entiendo que prefiera hablar con una persona. Aquí los mensajes los atiende nuestro asistente \
                    de IA, y le ayudo con mucho gusto: ¿sobre qué es su consulta?",
    try_first: "Con mucho gusto. Antes de avisar a un compañero, ¿me permite intentar ayudarle ahora mismo? \
                Dígame de qué se trata. Si aun así prefiere hablar con una persona, basta con que me lo repita.",
    ask_basics: "Con mucho gusto: respóndame con su número de pedido y de qué se trata, y le pasaré con un \
                 compañero que podrá ayudarle enseguida.",
    cannot_answer: "Lo siento, no tengo una respuesta fiable a eso. ¿Podría formular su pregunta de otra manera \
                    o añadir algún dato, como su número de pedido?",
    courtesy: "¡De nada! Escríbanos de nuevo si necesita algo más.",
    closing: "Un saludo,\n{shop}",
    calendar: Calendar {
        today: "hoy a las {time}",
        this_week: "el {weekday} a las {time}",
        later: "el {weekday} {day} de {month} a las {time}",
        weekdays: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
        months: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        day_one: "1",
    },
};
