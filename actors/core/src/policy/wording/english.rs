//! The texts in English.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Hi {name},",
    greeting_unnamed: "Hi there,",
    offer: "If that does not settle it, just reply \"human\" and a colleague will take over.",
    disclosure: "This reply was written by our AI assistant.",
    handoff: "Thank you for your message. I am passing it to a colleague, who will reply to you here.",
    handoff_closed: "Thank you for your message. I am passing it to a colleague. Our team is back {opening} \
                     and will then reply to you here.",
    handoff_file: "Your file has arrived with us as well; a person will look at it.",
    got_file: "Thank you, I have received your file, but I cannot open it myself. Could you tell me in a few \
               words what it shows and how we can help?",
    decline_human: "I understand that you would rather talk to a person. Messages here are answered by our AI \
                    assistant, and I am glad to help: what is your question about?",
    try_first: "Gladly. Before I bring in a colleague, may I try to help you right away? Please tell me what it \
                is about. If you would still rather talk to a person, just say so again.",
    ask_basics: "Gladly: please reply with your order number and what it is about, and I will pass you on to a \
                 colleague who can then help you at once.",
    cannot_answer: "I am sorry, I have no reliable answer to that. Could you put your question in other words, \
                    or add a detail such as your order number?",
    courtesy: "You are welcome! Just write again if anything else comes up.",
    closing: "Kind regards,\n{shop}",
    calendar: Calendar {
        today: "today at {time}",
        this_week: "on {weekday} at {time}",
        later: "on {weekday}, {day} {month}, at {time}",
        weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        day_one: "1",
    },
};
