//! Mail that no person wrote: auto-replies, newsletters and lists, bounces, senders that read nothing. Answering one
//! can start a loop of two machines, so each is recognised by its headers first, and by its words where a helpdesk
//! has dropped the headers.

use std::fmt;

/// Which sort of machine wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutomatedKind {
    /// An answering machine: out of office, "we received your message".
    AutoReply,
    /// One mail to many, or a notification.
    Bulk,
    /// A mailing list or newsletter.
    List,
    /// A delivery failure.
    Bounce,
    /// A sender address that nobody reads.
    NoReplySender,
}

impl fmt::Display for AutomatedKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AutoReply => "an automatic reply",
            Self::Bulk => "a bulk mail",
            Self::List => "a mailing list",
            Self::Bounce => "a delivery failure",
            Self::NoReplySender => "a sender that takes no replies",
        })
    }
}

/// Why a mail is held to be a machine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutomatedMail {
    /// Which sort.
    pub kind: AutomatedKind,
    /// What showed it, in words for a person: "header Auto-Submitted: auto-replied".
    pub matched: String,
}

/// Whether a machine sent this mail, judged by `headers` (names in any case), then the sender's address (also of the
/// form `Name <address>`; a `From` header counts too), then the subject, then the new text.
pub fn automated<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    from: Option<&str>,
    subject: Option<&str>,
    text: Option<&str>,
) -> Option<AutomatedMail> {
    let mut by_header = None;
    let mut by_sender = from.and_then(by_sender_address);
    let mut by_subject_header = None;
    for (name, value) in headers {
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim();
        if by_header.is_none() {
            by_header = by_header_value(&name, value);
        }
        if name == "from" && by_sender.is_none() {
            by_sender = by_sender_address(value);
        }
        if name == "subject" && by_subject_header.is_none() {
            by_subject_header = by_subject(value);
        }
    }
    by_header
        .or(by_sender)
        .or_else(|| subject.and_then(by_subject))
        .or(by_subject_header)
        .or_else(|| text.and_then(by_words))
}

fn by_header_value(name: &str, value: &str) -> Option<AutomatedMail> {
    let lower = value.to_ascii_lowercase();
    let first_word = lower.split([';', ',', ' ', '(']).next().unwrap_or_default().trim();
    let (shown, kind) = match name {
        "auto-submitted" if first_word != "no" && !first_word.is_empty() => (
            "Auto-Submitted",
            if first_word == "auto-replied" { AutomatedKind::AutoReply } else { AutomatedKind::Bulk },
        ),
        "precedence" => match first_word {
            "auto_reply" | "auto-reply" | "autoreply" => ("Precedence", AutomatedKind::AutoReply),
            "list" => ("Precedence", AutomatedKind::List),
            "bulk" | "junk" => ("Precedence", AutomatedKind::Bulk),
            _ => return None,
        },
        // The values DR, NDR, RN and NRN only ask for no receipts, which people's mail programs set too.
        "x-auto-response-suppress" if lists_any(&lower, &["all", "oof", "autoreply"]) => {
            ("X-Auto-Response-Suppress", AutomatedKind::Bulk)
        }
        "x-autoreply" | "x-autoreply-from" | "x-autorespond" | "x-autoresponder" | "x-auto-reply"
            if !matches!(first_word, "no" | "false" | "0" | "") =>
        {
            ("X-Autoreply", AutomatedKind::AutoReply)
        }
        "list-id" if !value.is_empty() => ("List-Id", AutomatedKind::List),
        "list-unsubscribe" if !value.is_empty() => ("List-Unsubscribe", AutomatedKind::List),
        "return-path" if value == "<>" => ("Return-Path", AutomatedKind::Bounce),
        "return-path" if lower.trim_start_matches('<').starts_with("mailer-daemon") => {
            ("Return-Path", AutomatedKind::Bounce)
        }
        "x-failed-recipients" if !value.is_empty() => ("X-Failed-Recipients", AutomatedKind::Bounce),
        "content-type" if lower.starts_with("multipart/report") => ("Content-Type", AutomatedKind::Bounce),
        _ => return None,
    };
    Some(AutomatedMail { kind, matched: format!("header {shown}: {}", shortened(value)) })
}

fn lists_any(value: &str, wanted: &[&str]) -> bool {
    value.split([',', ';', ' ']).any(|item| wanted.contains(&item.trim()))
}

/// Local parts that belong to machines, in lower case without `-`, `_` and `.`; the whole must be equal.
const MACHINE_LOCAL_PARTS: &[(&str, AutomatedKind)] = &[
    ("mailerdaemon", AutomatedKind::Bounce),
    ("postmaster", AutomatedKind::Bounce),
    ("bounce", AutomatedKind::Bounce),
    ("bounces", AutomatedKind::Bounce),
    ("autoreply", AutomatedKind::AutoReply),
    ("autoresponder", AutomatedKind::AutoReply),
    ("notification", AutomatedKind::NoReplySender),
    ("notifications", AutomatedKind::NoReplySender),
];

/// What the start or the end of a local part shows, written in the same way.
const NO_REPLY_LOCAL_PARTS: &[&str] = &["noreply", "donotreply", "dontreply", "nepasrepondre", "neantworten"];

fn by_sender_address(from: &str) -> Option<AutomatedMail> {
    let address = match (from.rfind('<'), from.rfind('>')) {
        (Some(start), Some(end)) if start < end => from.get(start + 1..end)?,
        _ => from,
    }
    .trim()
    .to_lowercase();
    let local = address.split('@').next()?;
    let local: String =
        local.split('+').next()?.chars().filter(|character| !matches!(character, '-' | '_' | '.')).collect();
    let kind =
        MACHINE_LOCAL_PARTS.iter().find(|(part, _)| *part == local).map(|(_, kind)| *kind).or_else(|| {
            NO_REPLY_LOCAL_PARTS
                .iter()
                .any(|part| local.starts_with(part) || local.ends_with(part))
                .then_some(AutomatedKind::NoReplySender)
        })?;
    Some(AutomatedMail { kind, matched: format!("sender {}", shortened(&address)) })
}

/// Starts of subjects that only machines write, in lower case.
const MACHINE_SUBJECTS: &[(&str, AutomatedKind)] = &[
    ("automatic reply", AutomatedKind::AutoReply),
    ("auto reply", AutomatedKind::AutoReply),
    ("auto-reply", AutomatedKind::AutoReply),
    ("autoreply", AutomatedKind::AutoReply),
    ("auto response", AutomatedKind::AutoReply),
    ("auto-response", AutomatedKind::AutoReply),
    ("automated response", AutomatedKind::AutoReply),
    ("out of office", AutomatedKind::AutoReply),
    ("out of the office", AutomatedKind::AutoReply),
    ("out-of-office", AutomatedKind::AutoReply),
    ("away from the office", AutomatedKind::AutoReply),
    ("undeliverable:", AutomatedKind::Bounce),
    ("undelivered mail", AutomatedKind::Bounce),
    ("mail delivery failed", AutomatedKind::Bounce),
    ("mail delivery failure", AutomatedKind::Bounce),
    ("delivery status notification", AutomatedKind::Bounce),
    ("delivery failure", AutomatedKind::Bounce),
    ("returned mail", AutomatedKind::Bounce),
    ("failure notice", AutomatedKind::Bounce),
];

fn by_subject(subject: &str) -> Option<AutomatedMail> {
    let subject = subject.trim().to_lowercase();
    let (_, kind) = MACHINE_SUBJECTS.iter().find(|(start, _)| subject.starts_with(start))?;
    Some(AutomatedMail { kind: *kind, matched: format!("subject \"{}\"", shortened(&subject)) })
}

/// Words by which a text says that a machine wrote it.
const MACHINE_WORDS: &[&str] = &[
    "this is an automated message",
    "this is an automated response",
    "this is an automated reply",
    "this is an automatic reply",
    "this is an auto-reply",
    "this is an autoreply",
    "this message was automatically generated",
    "this message was created automatically by mail delivery software",
    "this email was automatically generated",
    "please do not reply to this email",
    "please do not reply to this message",
    "this mailbox is not monitored",
    "this inbox is not monitored",
];

/// Words by which a text says that its writer is away. A customer may say so too, hence [`PROMISE_WORDS`].
const ABSENCE_WORDS: &[&str] = &[
    "out of the office",
    "out of office",
    "away from the office",
    "away from my desk",
    "on annual leave",
    "on vacation",
    "on holiday",
    "on parental leave",
    "on maternity leave",
    "on paternity leave",
    "on sick leave",
];

/// What an absent person's machine promises, and a customer with a question does not.
const PROMISE_WORDS: &[&str] = &[
    "will respond",
    "will reply",
    "will get back to you",
    "get back to you as soon",
    "respond to your email",
    "reply to your email",
    "respond to your message",
    "reply to your message",
    "limited access to email",
    "limited access to my email",
    "no access to email",
    "not checking email",
    "not be checking email",
    "for urgent matters",
    "if your matter is urgent",
    "if it is urgent",
    "in urgent cases",
    "upon my return",
    "when i return",
    "until i return",
];

fn by_words(text: &str) -> Option<AutomatedMail> {
    let text = text.to_lowercase().replace('\u{2019}', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    let found = |words: &[&'static str]| words.iter().copied().find(|phrase| text.contains(phrase));
    let words = match found(MACHINE_WORDS) {
        Some(words) => words,
        // A question shows a person at the other end, away or not.
        None if text.contains('?') => return None,
        None => found(PROMISE_WORDS).and(found(ABSENCE_WORDS))?,
    };
    Some(AutomatedMail { kind: AutomatedKind::AutoReply, matched: format!("words \"{words}\"") })
}

/// How much of a value is quoted in an explanation, in characters.
const SHOWN_CHARACTERS_MAX: usize = 80;

fn shortened(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN_CHARACTERS_MAX).collect();
    if value.chars().count() > SHOWN_CHARACTERS_MAX {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn by_one_header(name: &str, value: &str) -> Option<AutomatedMail> {
        automated([(name, value)], None, None, None)
    }

    #[test]
    fn headers_of_machines() {
        use AutomatedKind::{AutoReply, Bounce, Bulk, List, NoReplySender};
        let cases = [
            ("Auto-Submitted", "auto-replied", AutoReply, "header Auto-Submitted: auto-replied"),
            (
                "auto-submitted",
                "auto-replied (vacation)",
                AutoReply,
                "header Auto-Submitted: auto-replied (vacation)",
            ),
            ("AUTO-SUBMITTED", "Auto-Generated", Bulk, "header Auto-Submitted: Auto-Generated"),
            (
                "Auto-Submitted",
                "auto-notified; owner-email=x",
                Bulk,
                "header Auto-Submitted: auto-notified; owner-email=x",
            ),
            ("Precedence", "bulk", Bulk, "header Precedence: bulk"),
            ("Precedence", "Junk", Bulk, "header Precedence: Junk"),
            ("precedence", "list", List, "header Precedence: list"),
            ("Precedence", "auto_reply", AutoReply, "header Precedence: auto_reply"),
            ("X-Auto-Response-Suppress", "All", Bulk, "header X-Auto-Response-Suppress: All"),
            (
                "X-Auto-Response-Suppress",
                "DR, OOF, AutoReply",
                Bulk,
                "header X-Auto-Response-Suppress: DR, OOF, AutoReply",
            ),
            ("X-Autoreply", "yes", AutoReply, "header X-Autoreply: yes"),
            ("X-Autorespond", "Re: hello", AutoReply, "header X-Autoreply: Re: hello"),
            ("List-Id", "<news.shop.test>", List, "header List-Id: <news.shop.test>"),
            ("List-Unsubscribe", "<mailto:x@y.test>", List, "header List-Unsubscribe: <mailto:x@y.test>"),
            ("Return-Path", " <> ", Bounce, "header Return-Path: <>"),
            (
                "Return-Path",
                "<MAILER-DAEMON@mail.test>",
                Bounce,
                "header Return-Path: <MAILER-DAEMON@mail.test>",
            ),
            (
                "Content-Type",
                "multipart/report; report-type=delivery-status",
                Bounce,
                "header Content-Type: multipart/report; report-type=delivery-status",
            ),
            ("From", "Big Shop <no-reply@big.test>", NoReplySender, "sender no-reply@big.test"),
        ];
        for (name, value, kind, matched) in cases {
            let mail = by_one_header(name, value).unwrap_or_else(|| panic!("{name}: {value}"));
            assert_eq!((mail.kind, mail.matched.as_str()), (kind, matched));
        }
    }

    #[test]
    fn headers_of_people() {
        let cases = [
            ("Auto-Submitted", "no"),
            ("Auto-Submitted", "No (really)"),
            ("Precedence", "first-class"),
            ("X-Auto-Response-Suppress", "DR, RN, NRN"),
            ("X-Auto-Response-Suppress", "None"),
            ("X-Autoreply", "no"),
            ("Return-Path", "<ann@example.test>"),
            ("Content-Type", "multipart/alternative; boundary=x"),
            ("From", "Ann No <ann@noreplyhotels.test>"),
            ("Subject", "Re: out of stock?"),
            ("X-Mailer", "list bulk junk"),
        ];
        for (name, value) in cases {
            assert_eq!(by_one_header(name, value), None, "{name}: {value}");
        }
    }

    #[test]
    fn senders() {
        let machines = [
            "mailer-daemon@x.test",
            "MAILER-DAEMON@x.test",
            "Postmaster <postmaster@x.test>",
            "noreply@x.test",
            "no_reply@x.test",
            "no.reply@x.test",
            "do-not-reply@x.test",
            "donotreply+7@x.test",
            "orders-noreply@x.test",
            "noreply-orders@x.test",
            "bounces+123=a=b@x.test",
            "auto-reply@x.test",
        ];
        for sender in machines {
            assert!(automated([], Some(sender), None, None).is_some(), "{sender}");
        }
        let people = [
            "ann@x.test",
            "Postmaster Jones <jones@x.test>",
            "reply@x.test",
            "norah.eply@x.test",
            "info@x.test",
            "bounceking@x.test",
            "",
            "<>",
        ];
        for sender in people {
            assert_eq!(automated([], Some(sender), None, None), None, "{sender}");
        }
    }

    #[test]
    fn words_where_headers_are_missing() {
        let machines = [
            (Some("Automatic reply: Your order"), ""),
            (Some("Out of Office Re: tea"), ""),
            (Some("Undeliverable: Your order"), ""),
            (
                Some("Re: Your order"),
                "Hello, I am out of the office until Monday and will reply to your email when I return.",
            ),
            (None, "Thank you! This is an automated\nresponse. We have received your request."),
            (None, "I\u{2019}m on annual leave with limited access to email. For urgent matters call Bo."),
        ];
        for (subject, text) in machines {
            assert!(automated([], None, subject, Some(text)).is_some(), "{subject:?} {text}");
        }
        let people = [
            (Some("Reply needed"), "I'm out of the office until Monday, can you deliver on Tuesday?"),
            (Some("Delivery"), "We are on holiday next week, please send it later."),
            (Some("Re: failure"), "The kettle failed. Will you reply?"),
            (None, "I got your automated response but it does not help."),
        ];
        for (subject, text) in people {
            assert_eq!(automated([], None, subject, Some(text)), None, "{subject:?} {text}");
        }
    }
}
