//! Mail that no person wrote: auto-replies, newsletters and lists, bounces, senders that read nothing. Answering one
//! can start a loop of two machines, so each is recognised by its headers first, and by its words where a helpdesk
//! has dropped the headers.

mod phrases;

use std::fmt;

use phrases::{PERSON, RULES, SELF_DESCRIPTIONS, SUBJECTS};

use super::text::beginning;

/// Which sort of machine wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutomatedKind {
    /// An answering machine that does not say what for.
    AutoReply,
    /// The answering machine of somebody who is away.
    OutOfOffice,
    /// Another helpdesk's "your request has been received".
    Acknowledgement,
    /// An advertisement or newsletter.
    Marketing,
    /// A carrier's word of a parcel.
    CarrierNotice,
    /// "How did we do?"
    ReviewRequest,
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
            Self::OutOfOffice => "an out-of-office reply",
            Self::Acknowledgement => "a helpdesk's acknowledgement",
            Self::Marketing => "an advertisement",
            Self::CarrierNotice => "a carrier's notice",
            Self::ReviewRequest => "a request for a review",
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
/// form `Name <address>`; a `From` header counts too), then the start of the subject, then the words of subject and
/// new text. Words weigh less than the rest: those of a person who wants something outweigh them.
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
        .or_else(|| by_words(subject.unwrap_or_default(), text.unwrap_or_default()))
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

/// How much of a text is looked at, in bytes.
const TEXT_BYTES_MAX: usize = 32 * 1024;

/// What mail programs put before the subject of an answer: a person's, whatever stands behind it.
#[rustfmt::skip]
const ANSWER_MARKS: &[&str] = &[
    "re:", "aw:", "sv:", "vs:", "odp:", "rif:", "r:", "antw:", "res:", "fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "enc:",
    "pd:", "vb:", "doorst:",
];

/// `text` in lower case, with plain apostrophes and single spaces.
fn plain(text: &str) -> String {
    let lower = beginning(text, TEXT_BYTES_MAX).to_lowercase().replace('\u{2019}', "'");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn by_subject(subject: &str) -> Option<AutomatedMail> {
    let subject = plain(subject);
    let (kind, _) =
        SUBJECTS.iter().find(|(_, starts)| starts.iter().any(|start| subject.starts_with(start)))?;
    Some(AutomatedMail { kind: *kind, matched: format!("subject \"{}\"", shortened(&subject)) })
}

fn by_words(subject: &str, text: &str) -> Option<AutomatedMail> {
    let text = plain(text);
    if first_of(PERSON, &text).is_some() {
        return None;
    }
    let asks = text.contains(['?', '\u{FF1F}']);
    let subject = plain(subject);
    let is_answer = ANSWER_MARKS.iter().any(|mark| subject.starts_with(mark));
    let words = if is_answer { text } else { format!("{subject}\n{text}") };
    for rule in RULES {
        // A question shows a person at the other end, away or not.
        if asks && rule.kind == AutomatedKind::OutOfOffice {
            continue;
        }
        let Some(says) = first_of(rule.says, &words) else { continue };
        if rule.and.is_empty() {
            return Some(AutomatedMail { kind: rule.kind, matched: format!("words \"{says}\"") });
        }
        if let Some(and) = first_of(rule.and, &words) {
            return Some(AutomatedMail {
                kind: rule.kind,
                matched: format!("words \"{says}\" and \"{and}\""),
            });
        }
    }
    let says = first_of(SELF_DESCRIPTIONS, &words)?;
    Some(AutomatedMail { kind: AutomatedKind::AutoReply, matched: format!("words \"{says}\"") })
}

fn first_of(phrases: &'static [&'static str], words: &str) -> Option<&'static str> {
    phrases.iter().copied().find(|phrase| words.contains(phrase))
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
