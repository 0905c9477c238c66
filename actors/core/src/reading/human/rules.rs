//! The rules by which a request for a human is found. A pattern's written form is explained in `pattern.rs`, the
//! lists it names stand in `lexicon.rs`.

/// One way to ask for a human.
pub(super) struct Rule {
    /// What the rule finds, in words for a person.
    pub(super) name: &'static str,
    /// Its pattern.
    pub(super) pattern: &'static str,
    /// What makes a match no request.
    pub(super) cancels: Cancels,
}

/// What makes a match no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cancels {
    /// Nothing: the pattern holds its own negation ("no more bots").
    Never,
    /// A negation before it.
    Denied,
    /// A negation before it, a story about the past, or a person who is somewhere else.
    DeniedOrPast,
}

use Cancels::{Denied, DeniedOrPast, Never};

const fn rule(name: &'static str, pattern: &'static str, cancels: Cancels) -> Rule {
    Rule { name, pattern, cancels }
}

/// Every rule, the plainest first: the first that matches a sentence explains the request.
#[rustfmt::skip]
pub(super) static RULES: &[Rule] = &[
    rule("asks to talk to a person", "TALK TO _ STRONG|PERSON|TEAM END", DeniedOrPast),
    rule("asks to talk to a person", "TALK not _5 ?TO _ STRONG|PERSON END", Denied),
    rule("asks for somebody to talk to",
        "STRONG|PERSON ?that|who ?i|we CAN ?please ?actually TALK", DeniedOrPast),
    rule("asks for somebody to talk to", "who|whom CAN|do ?i|we TALK TO", Denied),
    rule("asks for somebody to talk to", "STRONG|PERSON to TALK TO|END", DeniedOrPast),
    rule("asks for a phone number to talk", "number ?that ?can ?i|we ?CAN call to TALK", Denied),
    rule("asks how to reach a person", "REACH _ STRONG|PERSON END", DeniedOrPast),
    rule("wants a person", "WANT _ STRONG END", Denied),
    rule("wants a person", "get|give|bring|find|send|gimme me|us _ person|someone|somebody END", Denied),
    rule("wants a person", "WANT a person|someone $", Denied),
    rule("wants somebody who helps",
        "WANT _ PERSON who|that|to ?can ?will ?actually ?really HELP|understands|knows|speaks", Denied),
    rule("wants somebody real", "WANT _ PERSON real|human|else|competent|living|alive", Denied),
    rule("wants to be put through",
        "TRANSFER ME ?over|through|on|up|directly to|with _ STRONG|PERSON|TEAM|COLLEAGUE END", Denied),
    rule("wants to be put through", "put|patch|get|pass|putting|patching ME through|over|on", Denied),
    rule("wants to be put through",
        "hand|handing|pass ME over|off|along|on to|with _3 STRONG|PERSON|TEAM|COLLEAGUE", Denied),
    rule("wants to be put through", "put me|us in touch|contact|connection with", Denied),
    rule("wants to be put through", "please|pls transfer ?me $", Denied),
    rule("wants to be put through", "^ _ transfer|connect me $", Denied),
    rule("wants to be put through", ", _ transfer|connect me $", Denied),
    rule("wants it escalated", "escalate _2 this|it|my|me|to|the|case|please", Denied),
    rule("wants it escalated", "please|pls|must|should escalate END", Denied),
    rule("asks a person to act", "CAN|MODAL _ STRONG _ ?to HELP", DeniedOrPast),
    rule("asks a person to act", "CAN|MODAL _ INSIDER _ ?to HELP", DeniedOrPast),
    rule("asks a person to act", "CAN|MODAL a|any person _ ?to RESPOND", Denied),
    rule("asks a person to act", "if _ STRONG|person CAN|would _ RESPOND", Denied),
    rule("asks for a call", "^ _ PERSON _ CALL ?me|us|back", Denied),
    rule("asks for a call", "CAN|MODAL _ PERSON _ ?to ?back CALL ?me|us|back", Denied),
    rule("asks for a call",
        "can|could|would|will|please|pls ?you ?please call|phone|ring me|us ?back CALL_END", Denied),
    rule("asks for a call", "give me|us a call|ring ?back", Denied),
    rule("asks for a call", "WANT _ callback|phonecall END", Denied),
    rule("asks for a call", "WANT _ phone|call call|back END", Denied),
    rule("asks whether a person is there", "is|are|isnt|arent|any there _ STRONG THERE", Denied),
    rule("asks whether a person is there", "is|are|isnt|arent there _ STRONG $", Denied),
    rule("asks whether a person is there",
        "is|isnt there _ PERSON ?who|that ?i|we CAN|here|available|there|around|real|else|human", Denied),
    rule("asks whether a person is there",
        "is|isnt _ PERSON ?even ?actually there|here|around|home|available|real|listening|reading", Denied),
    rule("asks whether a person is there", "^ _ PERSON there|here|home", Denied),
    rule("asks whether a person is there", "do|dont|does you|u|anyone|this have _ STRONG $|THERE", Never),
    rule("asks whether a person is there",
        "does|do|did _ STRONG _ work|read|answer|check|exist|see|look|reply", Denied),
    rule("asks for a person's answer",
        "WANT|CAN|MODAL _6 RESPONSE ?back from|by _ STRONG|TEAM|INSIDER END", Denied),
    rule("asks for a person's answer", "HEARD from _ STRONG END", DeniedOrPast),
    rule("asks for human help", "WANT|MODAL|TALK|get _ human|live|personal HUMAN_HELP END", Denied),
    rule("asks for human help", "^ _ human|live HUMAN_HELP _ $", Denied),
    rule("will not talk to a machine", "DISLIKE _4 TALK TO _ ROBOT|MACHINE END", Never),
    rule("will not talk to a machine", "why _3 TALK TO _ ROBOT|MACHINE END", Never),
    rule("will not talk to a machine", "REFUSE _2 ROBOT END", Never),
    rule("will not talk to a machine", "^ _ no ?more _ ROBOT END", Never),
    rule("will not talk to a machine", "STRONG|PERSON _ ?who ?that ?is not _ ROBOT|MACHINE END", Denied),
    rule("will not talk to a machine", "instead|rather of|than _ ROBOT END", Never),
    rule("will not talk to a machine", "stop|disable|kill|deactivate the|this|your _ ROBOT END", Never),
    rule("will not talk to a machine", "turn|switch ?off the|this|your _ ROBOT ?off END", Never),
    rule("will not read automatic answers",
        "REFUSE|stop|not _4 automated|automatic|canned|scripted|generic|robotic|auto AUTO_ANSWER", Never),
    rule("asks for flesh and blood", "flesh and blood|bone", Denied),
    rule("asks for flesh and blood", "PERSON with a pulse|brain|heartbeat", Denied),
];

/// A line that names a person and nothing else.
pub(super) const BARE: &str = "^ _ STRONG|BARE_TEAM _ $";

/// The same, with a word that makes it a request even in a long message.
pub(super) const BARE_EMPHATIC: &str = "^ _ EMPHATIC_PERSON _ $";
