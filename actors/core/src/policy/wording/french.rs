//! The texts in French.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Bonjour {name},",
    greeting_unnamed: "Bonjour,",
    offer: "Si cela ne répond pas à votre question, répondez simplement « conseiller » et un collègue prendra \
            le relais.",
    disclosure: "Cette réponse a été rédigée par notre assistant IA.",
    handoff: "Merci pour votre message. Je le transmets à un collègue, qui vous répondra ici.",
    handoff_closed: "Merci pour votre message. Je le transmets à un collègue. Notre équipe sera de retour \
                     {opening} et vous répondra ici.",
    handoff_file: "Votre fichier nous est bien parvenu ; une personne de notre équipe le regardera.",
    got_file: "Merci, j'ai bien reçu votre fichier, mais je ne peux pas l'ouvrir moi-même. Pourriez-vous me dire \
               en quelques mots ce qu'il montre et comment nous pouvons vous aider ?",
    decline_human: "Je comprends que vous préfériez parler à une personne. Ici, c'est notre assistant IA qui \
                    répond aux messages, et je vous aide volontiers : sur quoi porte votre question ?",
    try_first: "Volontiers. Avant de faire appel à un collègue, puis-je essayer de vous aider tout de suite ? \
                Dites-moi de quoi il s'agit. Si vous préférez tout de même parler à une personne, redites-le-moi \
                simplement.",
    ask_basics: "Volontiers : répondez-moi avec votre numéro de commande et l'objet de votre demande, et je vous \
                 transmettrai à un collègue qui pourra vous aider sans attendre.",
    cannot_answer: "Je suis désolé, je n'ai pas de réponse fiable à cette question. Pourriez-vous la formuler \
                    autrement ou ajouter une précision, par exemple votre numéro de commande ?",
    courtesy: "Avec plaisir ! N'hésitez pas à nous réécrire si besoin.",
    closing: "Cordialement,\n{shop}",
    calendar: Calendar {
        today: "aujourd'hui à {time}",
        this_week: "{weekday} à {time}",
        later: "le {weekday} {day} {month} à {time}",
        weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        day_one: "1er",
    },
};
