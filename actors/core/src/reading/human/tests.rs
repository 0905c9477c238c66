//! What counts as a request for a human and what does not, sentence by sentence.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::asks_for_human;

const REQUESTS: &[&str] = &[
    // direct
    "I want to talk to a human",
    "Can I speak to a representative?",
    "Please connect me with an agent.",
    "I'd like to chat with a real person",
    "let me speak with your manager",
    "Transfer me to a supervisor, please.",
    "I need a human",
    "Get me an agent",
    "can i get a live agent pls",
    "Put me through to customer service",
    "I would like to speak with someone about my order",
    "How do I get in touch with a real person?",
    "Is there someone I can talk to?",
    "Could you please transfer this chat to a colleague's manager?",
    "I wish to talk to someone in your team.",
    "Hand me over to a person",
    "Please escalate this to your manager",
    "I demand to speak to a supervisor!",
    "May I talk with a member of staff?",
    "talk to human",
    "Speak to customer support",
    // bare
    "human",
    "Agent!",
    "representative please",
    "Live agent",
    "customer service",
    "Hi, human please",
    "HUMAN!!! HUMAN!!!",
    "My kettle leaked over the kitchen floor and I have tried all of your steps twice by now. Real person please.",
    // misspelt, in capitals, hidden
    "i want to tlak to a humen",
    "let me spaek to a reprsentative",
    "speak to represenative",
    "can i talk to an agnet",
    "I need a supervisr",
    "transfer me to an operater",
    "TALK TO A HUMAN NOW",
    "I WANT A REAL PERSON",
    "i want to talk to a hu\u{200B}man",
    "t\u{00AD}alk to a per\u{2060}son",
    "I want the h u m a n",
    "humaaaaan pleeeease",
    "I want to talk to a hum\u{00E1}n",
    "I want to talk to a \u{FF48}\u{FF55}\u{FF4D}\u{FF41}\u{FF4E}",
    "I'd like to speak\nto a human about\nthis",
    // indirect
    "Is there a human there?",
    "Isn't anybody there?",
    "Anyone there?",
    "Are there any humans working here?",
    "Do you have a real person I could call?",
    "I'd rather have this checked by a human",
    "Could someone please call me back?",
    "Please have somebody contact me.",
    "Please call me at 555 0100",
    "Can a real person look at this?",
    "I want a reply from a real person, please",
    "I need somebody who understands my problem",
    "I need someone to help me with this",
    "Will a human ever read this?",
    "I need human help",
    "Human support please",
    "Someone with a pulse would be lovely",
    "Surely you employ someone of flesh and blood.",
    "What number can I call to talk?",
    // away from the machine
    "I don't want to talk to a bot",
    "Stop making me talk to a robot",
    "I'm tired of talking to a machine",
    "No more bots please",
    "I hate chatbots",
    "Why am I talking to a robot?",
    "I refuse to deal with an AI",
    "Please let me have a person, not a bot",
    "Give me a human, not a machine",
    "A phone call instead of a chatbot would help.",
    "Stop sending me automated replies",
    "Turn off the bot",
    // negation that is a plea
    "I can't reach a human",
    "Why can't I speak to anyone?",
    "I don't know how to reach a person here",
    "Why don't you let me talk to a human?",
    "I have not been able to get hold of anyone",
    "I don't want to talk to a bot, I want to talk to a human",
    "I have been trying to talk to a human for days",
    "You don't let me speak to anyone",
    "I don't want excuses, get me your manager",
    "I'll need to talk to a person about this",
    // written by somebody who did not know the rules
    "I'd be happier talking to a person",
    "Could you hand this over to a human colleague?",
    "Is there a manager available?",
    "I need to get hold of someone urgently",
    "Can you have a representative email me",
    "talk with human pls",
    "i want 2 speak 2 someone",
    "conect me to an agent",
    "I'm not getting anywhere with this bot, transfer me",
    "Would a human please answer",
    "do I have to scream to get a human",
    "is this a bot? i want a person",
    "please let a human handle this",
    "I am requesting a human agent",
    "who can I speak to about this?",
    "PLEASE I JUST NEED TO TALK TO A REAL HUMAN BEING",
    "representative",
    "Your bot doesn't understand me, can I speak with someone?",
    "Nobody is helping me. I want to speak to your supervisor",
    "I want to complain to a manager",
    "get me a person",
    "I would appreciate it if a person could reply",
    "Would it be possible to have someone from your team contact me?",
    "i need to tlk to a human",
    "please transfer",
    "Put me in touch with a human",
    "Somebody please call me",
    "I'd like a call from your support team",
    "can a person help me",
    "does a human work there?",
    "Could someone from your team look into this personally?",
    "You're not helping. Human.",
    "Ok enough. Supervisor.",
    "Is anybody real reading these emails?",
];

const NO_REQUESTS: &[&str] = &[
    // the word is there, the request is not
    "Is the wig human hair?",
    "Do you sell human hair extensions?",
    "your agent yesterday was great",
    "The real person in the photo looks lovely",
    "Do you stock agent orange cleaner?",
    "I want human-grade treats for my dog",
    "I need a representative sample of the teas",
    "Is this safe for human consumption?",
    "What is the agent number on my invoice?",
    "The operator manual is missing",
    "I'd like a travel agent mug",
    "I need a bleaching agent",
    "Which raising agent is in the cake?",
    "The person on the label is my grandmother",
    "Can I send the gift to another person?",
    "I bought it for someone special",
    "Is it enough tea for four people?",
    "How many persons does the pot serve?",
    "I want a person's name engraved on it",
    "I need the human anatomy poster",
    "Are there any humans in the picture?",
    "Do you have human figurines?",
    "The shop assistant in your Lisbon store recommended this",
    "Please leave it with someone at the front desk",
    "My agent is called Bob",
    "Is your staff discount valid online?",
    "Our office manager will sign for the parcel",
    "Are you human?",
    "Does the personal data form need a signature?",
    "Kind regards,\nAnn Example\nSales Representative\nExample Ltd, 5 Long Road, London",
    "Where is my parcel? It should have been here on Monday.\n\nBest wishes\nJo Doe\nOperations Manager",
    // negated
    "I don't need to talk to anyone",
    "No need to transfer me to an agent",
    "I do not want to speak to a human",
    "Please don't connect me with a representative",
    "You don't need to escalate this",
    "Can I change it online without talking to a person?",
    "I'd rather not speak to anyone",
    "I'm not asking for a manager",
    "It is not necessary to call me back, please don't call me",
    "Can I do this myself instead of calling an agent?",
    "There is no reason to speak with a supervisor",
    "I don't think I need an agent",
    "I never asked to talk to a representative",
    // the past, and other people
    "After talking to your agent I got my refund, thank you",
    "I was able to speak to a person and it is solved",
    "It was nice to talk to a real person",
    "Thanks for letting me speak to a manager",
    "I was chatting with an agent and the window closed, where do I find the transcript?",
    "I'll talk to someone at the post office",
    "I spoke to a representative who said ten days",
    "I talked with an agent yesterday",
    "I asked someone at the bank about it",
    "I will speak to my wife about the colour",
    "The driver talked to my neighbour",
    "I love to talk to people about your tea",
    // ordinary questions
    "Where is my order?",
    "How do I return an item?",
    "Can someone tell me how long shipping takes?",
    "Do you ship to Canada?",
    "What are your opening hours?",
    "Which teas contain caffeine?",
    "I want a refund",
    "I need help with my order",
    "Can you help me?",
    "Please help",
    "My tea arrived damaged, what now?",
    "Can I change the address?",
    "I'm not a robot but the captcha keeps failing",
    "I don't want AI generated pictures on my mug",
    "Do you sell robot vacuums?",
    "The tea machine is broken",
    "Does the machine need a computer?",
    "I want to transfer my subscription to another address",
    "Please forward the invoice to my accountant",
    "Can I contact the courier myself?",
    "I bought this stuff last week and want to talk about stuff",
    "Is there anything with less caffeine?",
    "Please call the tin \"Grandma\" on the engraving",
    "I got your automated reply, thank you",
    "Does the chat close at night?",
    // written by somebody who did not know the rules
    "Do you have a manager's special on black tea?",
    "Does the agent in Spain carry the black tea?",
    "I have someone at home to take the parcel",
    "I want someone to love this tea as much as I do",
    "Could someone have used my gift card?",
    "Can anyone use the code or just new customers?",
    "Does anyone else get a discount?",
    "Can one person use two codes?",
    "Is there a person limit for the tasting?",
    "I'd like to add a person to my subscription",
    "How do I contact you about wholesale?",
    "Where can I find your customer service hours?",
    "What is the phone number of customer service?",
    "Is there a live plant in the box?",
    "I love the human touch of your cards",
    "Why did nobody answer my email about the refund?",
    "My son wants a robot",
    "Please leave a message for the driver",
    "What does representative mean in the wholesale terms?",
    "The tea is for my staff",
    "What's the name of the agent I spoke with last week?",
    "Does the tea contain any anti-caking agent?",
    "I am the office manager at Smith Ltd and I'd like an invoice.",
    "Somebody told me you ship to Norway, is that so?",
    "How much caffeine can a human drink per day?",
    "My manager ordered this, can I get the receipt?",
    "We love your customer service!",
    "I ordered a talking doll but it does not talk",
    "I'm looking for a gift for someone who loves green tea",
    "Which person do I name on the return form?",
    "I'm not a bot",
    "Are you a bot?",
    "I want to be an agent for your brand",
    "Your email said someone would reply within two days",
    "Is the hand cream tested on humans?",
    "",
    "\u{200B}",
];

#[test]
fn requests_are_found() {
    let missed: Vec<_> = REQUESTS.iter().filter(|text| asks_for_human(text).is_none()).collect();
    assert!(missed.is_empty(), "missed: {missed:#?}");
    assert!(REQUESTS.len() >= 60);
}

#[test]
fn near_misses_are_left_alone() {
    let taken: Vec<_> =
        NO_REQUESTS.iter().filter_map(|text| asks_for_human(text).map(|found| (text, found))).collect();
    assert!(taken.is_empty(), "taken: {taken:#?}");
    assert!(NO_REQUESTS.len() >= 60);
}

#[test]
fn the_match_explains_itself() {
    let found = asks_for_human("Hello there. I WANT to tlak to a real, live humen now!").unwrap();
    assert_eq!(found.matched, "asks to talk to a person: \"tlak to a real, live humen\"");
    assert_eq!(asks_for_human("Agent!").unwrap().matched, "names nothing but a person: \"Agent\"");
}

#[test]
fn a_request_is_found_inside_a_long_message() {
    let story = "I ordered the green tin in March and it came with a dent. ".repeat(40);
    assert!(asks_for_human(&format!("{story}Could I speak to a person? {story}")).is_some());
    assert!(asks_for_human(&story).is_none());
}

#[test]
fn hostile_text_is_no_burden() {
    for text in [
        "talk to a ".repeat(20_000),
        "a ".repeat(200_000),
        "please ".repeat(50_000),
        "\u{200B}".repeat(500_000),
    ] {
        assert!(asks_for_human(&text).is_none());
    }
}

#[test]
fn every_rule_has_known_lists_and_plain_words() {
    for rule in super::RULES {
        for part in rule.pattern.split(' ').flat_map(|part| part.trim_start_matches('?').split('|')) {
            let is_mark = matches!(part, "END" | "^" | "$" | "_" | ",") || part.starts_with('_');
            let is_word = part.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
            assert!(is_mark || is_word || super::lexicon::list(part).is_some(), "{}: {part}", rule.pattern);
        }
    }
}
