//! Tests of the routes and bodies of replies and notes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::id::MessageId;
use crate::snapshot::{ChannelAddress, Customer, Delivery, MessagePersonal};
use crate::time::Time;

fn address(text: &str) -> Address {
    Address { name: None, address: text.to_owned() }
}

fn source(kind: &str, from: Option<&str>, to: &[&str]) -> Option<Source> {
    Some(Source {
        kind: kind.to_owned(),
        from: from.map(address),
        to: to.iter().map(|text| address(text)).collect(),
    })
}

fn inbound(channel: &str, source: Option<Source>) -> Message {
    Message {
        id: MessageId(1),
        from_agent: false,
        public: true,
        channel: channel.to_owned(),
        via: channel.to_owned(),
        rule: None,
        external_id: None,
        integration: Some(IntegrationId(33)),
        sender: Some(700),
        created_at: Time(0),
        delivery: Delivery::Pending,
        headers: Default::default(),
        attachments: Vec::new(),
        personal: MessagePersonal { source, ..Default::default() },
    }
}

fn with_customer(email: Option<&str>, addresses: &[(&str, &str)]) -> TicketFields {
    let addresses = addresses
        .iter()
        .map(|(channel, address)| ChannelAddress { channel: (*channel).into(), address: (*address).into() })
        .collect();
    let email = email.map(str::to_owned);
    let customer = Customer { id: CustomerId(700), email, name: None, first_name: None, addresses };
    TicketFields { customer: Some(customer), ..TicketFields::default() }
}

#[test]
fn an_email_goes_from_the_address_written_to_back_to_the_writer() {
    let route = |from: &str, to: &str| Ok(ReplyRoute::Email { from: address(from), to: address(to) });
    let fields =
        with_customer(Some("jo@example.com"), &[("email", "jo2@example.com"), ("chat", "help@shop.example")]);
    for (name, source, expected) in [
        (
            "plain",
            source("email", Some("mia@example.org"), &["help@shop.example"]),
            route("help@shop.example", "mia@example.org"),
        ),
        (
            "the customer's own addresses are skipped",
            source(
                "email",
                Some("mia@example.org"),
                &["JO2@example.com", " Mia@example.org", "help@shop.example"],
            ),
            route("help@shop.example", "mia@example.org"),
        ),
        (
            "no writer",
            source("email", None, &["help@shop.example"]),
            route("help@shop.example", "jo@example.com"),
        ),
        ("nobody written to", source("email", Some("mia@example.org"), &[]), Err(NoRoute::NoAddressOfOurs)),
        ("only to oneself", source("email", Some("a@b.c"), &["A@b.c"]), Err(NoRoute::NoAddressOfOurs)),
        ("no source", None, Err(NoRoute::NoAddressOfOurs)),
    ] {
        assert_eq!(reply_route(&inbound("email", source), &fields), expected, "{name}");
    }
    let nobody = reply_route(&inbound("email", None), &TicketFields::default());
    assert_eq!(nobody, Err(NoRoute::NoAddressOfCustomer("email".into())));
}

#[test]
fn a_chat_goes_to_the_conversation_then_the_customers_chat_then_the_writer() {
    let from_writer = source("chat", Some("w-1"), &["shop"]);
    let visitor = |text: &str| Ok(ReplyRoute::Chat { visitor: text.to_owned() });
    let known = with_customer(None, &[("email", "a@b.c"), ("chat", "c-1")]);
    let told = TicketFields { chat_conversation: Some("t-1".into()), ..known.clone() };
    let unknown = TicketFields::default();
    for (fields, source, expected) in [
        (&told, from_writer.clone(), visitor("t-1")),
        (&known, from_writer.clone(), visitor("c-1")),
        (&unknown, from_writer, visitor("w-1")),
        (&unknown, None, Err(NoRoute::NoAddressOfCustomer("chat".into()))),
    ] {
        assert_eq!(reply_route(&inbound("chat", source), fields), expected);
    }
}

#[test]
fn other_channels_go_back_the_way_they_came() {
    let fields = TicketFields::default();
    let there = source("instagram-direct-message", Some("ig-customer"), &["ig-shop", "ig-other"]);
    let back = ReplyRoute::Mirrored {
        channel: "instagram".into(),
        source: source("instagram-direct-message", Some("ig-shop"), &["ig-customer"]),
        integration: Some(IntegrationId(33)),
    };
    assert_eq!(reply_route(&inbound("instagram", there), &fields), Ok(back));
    let bare =
        ReplyRoute::Mirrored { channel: "phone".into(), source: None, integration: Some(IntegrationId(33)) };
    assert_eq!(reply_route(&inbound("phone", source("phone", None, &[])), &fields), Ok(bare));
    let lost = reply_route(&inbound("sms", source("sms", Some("+49"), &[])), &fields);
    assert_eq!(lost, Err(NoRoute::NoAddressOfCustomer("sms".into())));
}

#[test]
fn no_reply_where_gorgias_says_none_is_possible() {
    let mut fields = TicketFields::default();
    fields.answerable.insert("whatsapp".into(), false);
    fields.answerable.insert("sms".into(), true);
    let sms = source("sms", Some("a"), &["b"]);
    assert!(reply_route(&inbound("sms", sms.clone()), &fields).is_ok());
    let refused = reply_route(&inbound("whatsapp", sms.clone()), &fields);
    assert_eq!(refused, Err(NoRoute::NotAnswerable("whatsapp".into())));
    let agents = Message { from_agent: true, ..inbound("sms", sms.clone()) };
    assert_eq!(reply_route(&agents, &fields), Err(NoRoute::NotFromCustomer));
    let note = Message { public: false, ..inbound("sms", sms) };
    assert_eq!(reply_route(&note, &fields), Err(NoRoute::NotFromCustomer));
}

fn reply(route: ReplyRoute) -> PostReply {
    PostReply {
        ticket: TicketId(5),
        route,
        text: "Hi <Jo>\n& all\n\n \nBye".into(),
        marker: "polus:i:5:9:abcd".into(),
        sender: UserId(41),
        receiver: Some(CustomerId(700)),
        subject: Some("Where?".into()),
    }
}

#[test]
fn the_body_of_an_email() {
    let call =
        post_reply(&reply(ReplyRoute::Email { from: address("help@shop.example"), to: address("jo@x.y") }));
    assert_eq!((call.method, call.path.as_str()), (Method::Post, "/api/tickets/5/messages"));
    let expected = json!({
        "channel": "email", "via": "api", "from_agent": true, "public": true,
        "sender": {"id": 41}, "receiver": {"id": 700},
        "source": {"type": "email", "from": {"address": "help@shop.example"}, "to": [{"address": "jo@x.y"}],
                   "cc": [], "bcc": []},
        "subject": "Re: Where?", "external_id": "polus:i:5:9:abcd",
        "body_text": "Hi <Jo>\n& all\n\n \nBye", "body_html": "<p>Hi &lt;Jo&gt;<br>&amp; all</p><p>Bye</p>",
    });
    assert_eq!(call.body, Some(expected));
}

#[test]
fn the_body_of_a_chat_message_names_no_receiver_and_no_subject() {
    let body = post_reply(&reply(ReplyRoute::Chat { visitor: "v-1".into() })).body.unwrap();
    assert_eq!(body["channel"], "chat");
    assert_eq!(body["source"], json!({"type": "chat", "from": {"address": ""}, "to": [{"address": "v-1"}]}));
    assert!(body.get("receiver").is_none() && body.get("subject").is_none(), "{body}");
}

#[test]
fn the_body_of_a_mirrored_message_keeps_the_integration() {
    let named = Address { name: Some("Shop".into()), address: "ig-shop".into() };
    let body = post_reply(&reply(ReplyRoute::Mirrored {
        channel: "instagram".into(),
        source: Some(Source {
            kind: "instagram-comment".into(),
            from: Some(named),
            to: vec![address("ig-jo")],
        }),
        integration: Some(IntegrationId(33)),
    }))
    .body
    .unwrap();
    assert_eq!(body["integration_id"], 33);
    assert_eq!(
        body["source"],
        json!({
            "type": "instagram-comment", "from": {"name": "Shop", "address": "ig-shop"},
            "to": [{"address": "ig-jo"}],
        })
    );
}

#[test]
fn the_body_of_a_note() {
    let call = post_note(&PostNote {
        ticket: TicketId(5),
        sender: UserId(41),
        text: "line 1\r\nline 2".into(),
        marker: "polus:i:5:9:n".into(),
    });
    let expected = json!({
        "channel": "internal-note", "via": "api", "from_agent": true, "public": false, "sender": {"id": 41},
        "source": {"type": "internal-note"}, "body_text": "line 1\r\nline 2",
        "body_html": "<p>line 1<br>line 2</p>", "external_id": "polus:i:5:9:n",
    });
    assert_eq!(call.body, Some(expected));
}

#[test]
fn a_subject_is_marked_as_a_reply_once_and_cut() {
    for (given, expected) in
        [("Where?", "Re: Where?"), ("RE: Where?", "RE: Where?"), ("  ", "Re:"), ("äö", "Re: äö")]
    {
        assert_eq!(reply_subject(given), expected);
    }
    assert_eq!(reply_subject(&"ß".repeat(2000)).chars().count(), SUBJECT_CHARACTERS_MAX);
}

#[test]
fn html_holds_nothing_that_the_text_did_not_say() {
    for (text, expected) in [
        ("", ""),
        ("\n\n", ""),
        ("a", "<p>a</p>"),
        ("a\n\n\nb\n", "<p>a</p><p>b</p>"),
        ("\"x\" 'y' https://a.b/?c&d", "<p>&quot;x&quot; &#39;y&#39; https://a.b/?c&amp;d</p>"),
        ("<script>", "<p>&lt;script&gt;</p>"),
    ] {
        assert_eq!(html(text), expected, "{text:?}");
    }
}
