//! Customers who write German and French, and are answered in their own language.

use super::super::cast::Play;
use super::{answered, chat, mail};

pub(super) fn plays() -> Vec<Play> {
    vec![
        Play {
            end: answered(&["versand"]),
            ..mail(
                12,
                "german-mail",
                "a question in German",
                "Frieda Sommer",
                (
                    "Lieferzeit",
                    "Guten Tag, wie lange dauert die Lieferung nach Deutschland? Viele Grüße, Frieda Sommer",
                ),
            )
        },
        Play {
            end: answered(&["livraison"]),
            ..chat(
                17,
                "french-chat",
                "a question in French, in the chat",
                "Luc Moreau",
                "Bonjour, combien coûte la livraison express en Belgique ?",
            )
        },
        Play {
            end: answered(&["zahlung"]),
            ..chat(
                22,
                "german-chat",
                "a question in German, in the chat",
                "Jakob Winkler",
                "Hallo, wo finde ich meine Rechnung?",
            )
        },
        Play {
            end: answered(&["retours"]),
            ..mail(
                27,
                "french-mail",
                "a question in French",
                "Camille Laurent",
                ("Retour", "Bonjour, comment puis-je retourner un article ? Merci, Camille"),
            )
        },
    ]
}
