//! The word lists of the rules, English. All in the form that `words.rs` gives: lower case, no apostrophes.

/// The list that a pattern names, if it names one.
pub(super) fn list(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "STRONG" => STRONG,
        "PERSON" => PERSON,
        "TEAM" => TEAM,
        "BARE_TEAM" => BARE_TEAM,
        "EMPHATIC_PERSON" => EMPHATIC_PERSON,
        "COLLEAGUE" => COLLEAGUE,
        "TALK" => TALK,
        "TO" => TO,
        "ME" => ME,
        "CAN" => CAN,
        "MODAL" => MODAL,
        "WANT" => WANT,
        "REACH" => REACH,
        "TRANSFER" => TRANSFER,
        "HELP" => HELP,
        "CALL" => CALL,
        "CALL_END" => CALL_END,
        "THERE" => THERE,
        "RESPONSE" => RESPONSE,
        "RESPOND" => RESPOND,
        "INSIDER" => INSIDER,
        "HEARD" => HEARD,
        "HUMAN_HELP" => HUMAN_HELP,
        "ROBOT" => ROBOT,
        "MACHINE" => MACHINE,
        "DISLIKE" => DISLIKE,
        "REFUSE" => REFUSE,
        "AUTO_ANSWER" => AUTO_ANSWER,
        _ => return None,
    })
}

/// Words for a person at a help desk that need no help from their surroundings.
#[rustfmt::skip]
const STRONG: &[&str] = &[
    "human", "humans", "human being", "human person", "real person", "actual person", "live person",
    "living person", "physical person", "genuine person", "real people", "actual people", "real human",
    "real humans", "live human", "real someone", "representative", "representatives", "rep", "reps", "agent",
    "agents", "operator", "operators", "advisor", "adviser", "supervisor", "manager", "team leader",
    "team member", "staff member", "member of staff", "member of the team", "member of your team",
    "member of your staff", "somebody real", "someone real", "someone human", "somebody human",
    "real life person", "person not a bot", "person not a robot", "sales person", "csr",
];

/// Words for anybody; they ask for a human only beside a verb that does.
#[rustfmt::skip]
const PERSON: &[&str] = &[
    "person", "someone", "somebody", "anyone", "anybody", "someone else", "somebody else", "people",
    "employee", "staff", "one of you", "one of your people", "one of your colleagues", "some one", "any one",
    "any body", "some body", "associate", "specialist", "colleague", "expert", "your boss", "owner",
    "the owner", "technician",
];

/// Somebody of the shop's.
#[rustfmt::skip]
const INSIDER: &[&str] = &[
    "someone from your team", "somebody from your team", "anyone from your team", "someone on your team",
    "somebody on your team", "anyone on your team", "someone in your team", "someone from the team",
    "somebody from the team", "anyone from the team", "someone on the team", "someone from support",
    "someone from your company", "someone from your side", "someone from your staff",
    "someone at your company", "one of your team", "one of your people", "one of your colleagues",
    "one of you",
];

/// Who is behind the desk, as a whole.
#[rustfmt::skip]
const TEAM: &[&str] = &[
    "customer service", "customer support", "customer care", "customer services", "support team",
    "service team", "sales team", "team", "support", "help desk", "helpdesk", "support department",
    "billing department",
];

#[rustfmt::skip]
const BARE_TEAM: &[&str] = &[
    "customer service", "customer support", "customer care", "live chat", "live support", "live help",
    "human support",
];

#[rustfmt::skip]
const EMPHATIC_PERSON: &[&str] = &[
    "human please", "human pls", "human now", "agent please", "agent pls", "agent now",
    "representative please", "representative now", "operator please", "operator now", "real person",
    "live person", "live agent", "live human", "real human", "actual human", "actual person", "human agent",
    "human being please", "person please", "human human", "agent agent", "representative representative",
    "manager please", "supervisor please", "real person please",
];

#[rustfmt::skip]
const COLLEAGUE: &[&str] = &[
    "higher level", "next level", "department", "higher up", "someone higher", "expert", "senior",
];

#[rustfmt::skip]
const TALK: &[&str] = &[
    "talk", "tlk", "speak", "chat", "talking", "speaking", "chatting", "converse", "communicate",
    "communicating", "discuss", "get in touch", "get in contact", "be in touch", "have a word", "have a chat",
    "have a conversation", "get on the phone", "deal", "dealing", "connect", "connected", "hear back",
    "interact", "correspond", "talk directly", "speak directly", "talk live", "talk on the phone",
    "speak on the phone", "transferred", "escalated", "forwarded", "put through",
];

#[rustfmt::skip]
const TO: &[&str] = &[
    "to", "with", "too", "w", "2", "from",
];

#[rustfmt::skip]
const ME: &[&str] = &[
    "me", "us", "this", "it", "this case", "my case", "my ticket", "this ticket", "this chat", "my call",
    "my issue", "my question", "my request", "my complaint", "this conversation", "this email", "this matter",
    "my enquiry", "my problem", "the case", "this issue", "this one",
];

#[rustfmt::skip]
const CAN: &[&str] = &[
    "can", "could", "may", "might", "should", "need to", "i can", "we can", "able to", "i could",
];

#[rustfmt::skip]
const MODAL: &[&str] = &[
    "would", "will", "shall", "please", "pls", "plz", "have", "get", "let", "ask", "tell", "when will", "has",
    "want", "need", "wanted", "like",
];

#[rustfmt::skip]
const WANT: &[&str] = &[
    "want", "wants", "wanted", "need", "needs", "require", "demand", "demanding", "request", "requesting",
    "prefer", "would like", "id like", "i like", "would love", "id love", "looking for", "get me", "gimme",
    "give me", "send me", "find me", "bring me", "ask for", "asking for", "asked for", "wanna", "wanna have",
    "want to have", "like to have", "can i have", "can i get", "could i get", "could i have", "may i have",
    "may i get", "can we get", "let me have", "where is", "where are", "wheres", "rather have", "insist on",
    "just get", "must have", "show me", "begging for", "waiting for", "hoping for", "connect me to",
    "connect me with", "want to see", "let me get", "may i please have", "can i please have",
    "can i please get", "able to get",
];

#[rustfmt::skip]
const REACH: &[&str] = &[
    "reach", "reaching", "contact", "contacting", "get hold of", "complain to", "get", "get a hold of",
    "get ahold of", "getting hold of", "get through to", "getting through to", "get in touch with",
    "getting in touch with", "hear from", "hearing from", "find", "reach out to", "get to", "get over to",
    "switch to", "switch me to", "call", "how do i get", "how can i get",
];

#[rustfmt::skip]
const TRANSFER: &[&str] = &[
    "transfer", "transfering", "transferring", "connect", "escalate", "forward", "pass", "redirect", "refer",
    "put", "send", "hand", "route", "assign", "switch", "direct", "move", "give", "patch", "link",
];

#[rustfmt::skip]
const HELP: &[&str] = &[
    "help", "assist", "call", "phone", "ring", "contact", "email", "look", "review", "read", "check",
    "answer", "reply", "respond", "handle", "take", "deal", "step", "join", "explain", "message", "reach",
    "get back", "write", "fix", "sort", "see", "talk", "speak", "chat", "come", "jump", "investigate",
    "decide", "do", "be", "intervene", "get in touch",
];

#[rustfmt::skip]
const CALL: &[&str] = &[
    "call", "phone", "ring", "reach out", "contact me", "contact us", "email me", "get back to me",
    "get back to us", "get in touch", "give me a call", "give me a ring", "write to me", "come back to me",
];

/// What may follow "call me": anything but a name or "when the courier rings".
#[rustfmt::skip]
const CALL_END: &[&str] = &[
    "at", "on", "asap", "today", "now", "about", "regarding", "to", "tomorrow", "immediately", "please",
    "to discuss", "right", "so", "as soon as possible", "urgently", "my number is", "this afternoon",
    "this morning", "back",
];

#[rustfmt::skip]
const THERE: &[&str] = &[
    "who", "that", "i", "we", "available", "there", "here", "around", "online", "working", "reading",
    "behind", "at", "to", "on duty", "on the other", "on this", "listening", "in there", "in here", "please",
    "at all", "anywhere", "left",
];

#[rustfmt::skip]
const RESPONSE: &[&str] = &[
    "reply", "response", "answer", "help", "assistance", "support", "call", "email", "message", "hear",
    "attention", "reviewed", "handled", "read", "looked at", "checked", "answered", "taken care of",
    "callback", "served", "helped", "assisted", "contacted", "called", "dealt with", "seen",
];

#[rustfmt::skip]
const RESPOND: &[&str] = &[
    "reply", "respond", "answer", "call", "phone", "contact", "email", "get back", "review", "look at",
    "look into", "reach out", "help me", "help us", "help with", "assist me", "assist us", "assist with",
    "read this", "check this",
];

#[rustfmt::skip]
const HEARD: &[&str] = &[
    "like to hear", "want to hear", "hope to hear", "need to hear", "expect to hear", "love to hear",
];

#[rustfmt::skip]
const HUMAN_HELP: &[&str] = &[
    "help", "support", "assistance", "contact", "interaction", "reply", "response", "answer", "review",
    "attention", "chat", "service", "intervention", "touch", "eyes", "conversation", "input", "advice",
    "customer service", "customer support",
];

#[rustfmt::skip]
const ROBOT: &[&str] = &[
    "bot", "bots", "robot", "robots", "chatbot", "chatbots", "chat bot", "chat bots", "ai", "ai bot",
    "ai agent", "ai assistant", "virtual assistant", "virtual agent", "automated system",
    "automated assistant", "automated agent", "artificial intelligence", "chatgpt", "gpt", "a i",
];

/// Machines that a shop may also sell.
#[rustfmt::skip]
const MACHINE: &[&str] = &[
    "machine", "machines", "computer", "computers", "program", "algorithm", "software", "script",
];

#[rustfmt::skip]
const DISLIKE: &[&str] = &[
    "dont", "not", "no", "tired", "sick", "stop", "hate", "refuse", "fed", "done", "enough", "never", "wont",
    "cant", "cannot", "rather", "pointless", "useless", "waste", "annoying", "frustrating", "annoyed",
    "frustrated",
];

#[rustfmt::skip]
const REFUSE: &[&str] = &[
    "dont want", "do not want", "dont need", "do not need", "dont like", "sick of", "tired of", "hate",
    "hates", "fed up with", "enough of", "done with", "stop with", "stop using", "not interested in",
    "dont trust", "do not trust", "cant stand", "despise", "annoyed by", "annoyed with", "frustrated with",
    "no more", "refuse to use",
];

#[rustfmt::skip]
const AUTO_ANSWER: &[&str] = &[
    "reply", "replies", "response", "responses", "answer", "answers", "message", "messages", "email",
    "emails", "text", "texts", "nonsense", "crap",
];

/// Words that say nothing by themselves and may stand between a verb and the person.
#[rustfmt::skip]
pub(super) const FILL: &[&str] = &[
    "a", "an", "the", "your", "ur", "some", "any", "one", "of", "real", "live", "actual", "actually",
    "really", "please", "pls", "plz", "other", "another", "different", "proper", "living", "breathing",
    "customer", "service", "services", "support", "care", "sales", "senior", "human", "just", "only", "now",
    "kind", "qualified", "competent", "helpful", "nice", ",", "good", "damn", "damned", "bloody", "fucking",
    "freaking", "effing", "goddamn", "single", "physical", "genuine", "tech", "technical", "billing", "shop",
    "store", "online", "english", "still", "maybe", "perhaps", "hi", "hello", "hey", "ok", "okay", "again",
    "also", "immediately", "asap", "thanks", "thank", "you", "warm", "ever", "finally", "kindly",
    "intelligent", "to", "right", "returns", "shipping", "warehouse", "dispatch", "trained", "legit", "life",
    "even", "there",
];

/// Words that may follow a person. Anything else makes the person part of a thing: "human hair", "agent orange".
#[rustfmt::skip]
pub(super) const AFTER_PERSON: &[&str] = &[
    "about", "regarding", "please", "pls", "plz", "now", "right", "today", "who", "whom", "that", "and", "or",
    "not", "instead", "asap", "immediately", "directly", "because", "so", "at", "from", "for", "on", "over",
    "by", "via", "i", "if", "rather", "but", "here", "there", "concerning", "as", "when", "to", "else",
    "again", "available", "first", "urgently", "quickly", "soon", "before", "this", "with", "in", "tomorrow",
    "live", "is", "are", "can", "could", "would", "will", "then", "ok", "thanks", "thank", "cheers", "re",
    "anymore", "just", "you", "u", "how", "any", "has", "have", "even", "help", "contact", "support",
    "assistance", "service", "being", "person", "agent", "of", "ever", "than", "without", "like", "we", "me",
    "my", "it", "what", "where", "why", "which", "ffs", "anyway", "though", "already", "yet", "call", "email",
    "phone", "only", "real", "quick", "fast", "later", "until", "after", "representative", "rep", "operator",
    "manager", "team", "member", "max", "no", "yes", "am", "otherwise", "tonight",
];

/// Correct words that a spelling rule must not take for a person or a verb.
#[rustfmt::skip]
pub(super) const OTHER_WORDS: &[&str] = &[
    "stuff", "humane", "humid", "humor", "humour", "manage", "managed", "manages", "personal", "persons",
    "personas", "persona", "parson", "agency", "agenda", "argent", "urgent", "operate", "operated",
    "operates", "calk", "talc", "chart", "charts", "cheat", "contract", "contacts", "contacted", "reached",
    "reaches", "peach", "preach", "presentative", "advised", "advise", "advises", "teach", "speaks", "talks",
    "chats", "wants", "wasnt", "want", "needed", "bought", "please", "place", "require", "required",
    "requests", "requested", "phones", "phoned", "reply", "replied", "heaps", "bots", "boots", "robotic",
    "preferred", "prefers", "representation", "represent", "represents", "represented", "expects", "expert",
    "export", "reader", "ready", "supported", "supports", "connects", "connector", "forwards", "demands",
    "spear", "peak", "machined", "managers", "transfers", "speaker", "speakers", "assigned", "talked",
    "spoke", "spoken", "chatted", "helps", "helped", "calls", "called", "answers", "answered", "moved",
    "passed", "handed", "handle", "handles", "hands", "route", "routes", "linked", "links", "stafff",
    "stuffs", "ownership", "owned",
];

/// Phrases that deny what follows in their clause.
#[rustfmt::skip]
pub(super) const DENIALS: &[&str] = &[
    "dont", "do not", "didnt", "did not", "doesnt", "does not", "no need", "not need", "neednt", "need not",
    "no longer", "not necessary", "isnt necessary", "no reason", "rather not", "prefer not", "without",
    "instead of", "rather than", "not asking", "not looking", "not trying", "never asked", "never wanted",
    "never needed", "not want", "wouldnt", "would not", "wont need", "nobody needs", "avoid", "not ask",
    "not going", "hate", "never mind", "not requesting", "please not", "shouldnt", "should not", "stop",
];

/// Phrases that look like a denial and are a plea.
#[rustfmt::skip]
pub(super) const NOT_DENIALS: &[&str] = &[
    "dont know", "dont see", "dont understand", "dont care", "dont let", "dont you", "dont find", "dont get",
    "dont have a way", "dont have any way", "dont even", "dont seem", "do not know", "do not see",
    "do not understand", "do not care", "do not let", "do not find", "do not get", "do not have a way",
    "do not have any way", "do not seem", "doesnt let", "does not let", "doesnt allow", "does not allow",
    "doesnt work", "does not work", "doesnt help", "does not help", "didnt help", "did not help",
    "didnt answer", "did not answer", "didnt get", "did not get", "didnt work", "did not work",
    "doesnt answer", "does not answer", "doesnt understand", "does not understand", "wouldnt let",
    "would not let", "wouldnt you", "why dont", "stop making", "stop wasting", "stop ignoring", "dont make",
    "dont mind", "do not mind", "wouldnt mind", "would not mind", "dont give", "dont hesitate",
    "no longer able", "stop dodging", "do not even", "dont bother", "shouldnt i", "shouldnt it",
    "dont believe", "dont ignore", "do not ignore", "doesnt anyone", "doesnt anybody", "does not anyone",
    "doesnt solve", "does not solve", "dont offer", "dont provide", "dont allow",
];

/// Words before a denial that make it a plea: "why don't you let me talk to a human?"
#[rustfmt::skip]
pub(super) const NOT_DENIALS_BEFORE: &[&str] = &[
    "why", "how come", "if you", "if it", "if this", "if that",
];

/// Phrases before a match that tell of a talk that took place.
#[rustfmt::skip]
pub(super) const PAST: &[&str] = &[
    "was able to", "were able to", "got to", "managed to", "letting me", "allowed me to", "glad i could",
    "nice to", "great to", "good to", "pleasure to", "lovely to", "wonderful to", "when i did",
    "happy i could", "had to", "last time i", "i love to", "i enjoy", "used to",
];

/// Words before "talking" that put it into the past or make it an aside.
#[rustfmt::skip]
pub(super) const PAST_BEFORE_ING: &[&str] = &[
    "was", "were", "been", "after", "when", "while", "enjoyed", "loved", "appreciated", "liked", "by",
    "remember", "ended",
];

/// Places where a person sits who is not the shop's.
#[rustfmt::skip]
pub(super) const ELSEWHERE: &[&str] = &[
    "post", "courier", "carrier", "dhl", "ups", "fedex", "usps", "hermes", "evri", "dpd", "gls", "bank",
    "paypal", "klarna", "customs", "work", "school", "church", "hospital", "office", "gym", "hotel",
    "airport", "pharmacy", "party", "neighbour", "neighbor", "family", "yoga", "photo", "picture", "video",
    "book",
];
