//! What must be true at a point of a story: at the desk, where customers and agents look, and in the ticket's own log.

use polus_core::id::{Stream, TicketId};
use polus_core::receipt::Gate;
use polus_core::ticket::{self, Event};

use super::{Scene, Shop, Ticket, Told, Unexpected, unexpected};
use crate::gorgias::records::Message;

/// What the final reply of a handoff says.
const COLLEAGUE: &str = "passing it to a colleague";

/// The tag that a handed-off ticket bears.
const TAG: &str = "polus-handed-off";

/// The tag that one with a grave message bears beside it.
const URGENT_TAG: &str = "polus-urgent";

impl Scene {
    /// The customer got so many replies of ours so far.
    pub fn expect_replies(&self, ticket: Ticket, count: usize) -> Told {
        let replies = self.replies(ticket)?;
        check(replies.len() == count, || {
            format!("ticket {ticket} has {} replies of ours instead of {count}: {replies:?}", replies.len())
        })
    }

    /// The customer got nothing from us so far.
    pub fn expect_silence(&self, ticket: Ticket) -> Told {
        self.expect_replies(ticket, 0)
    }

    /// Our last reply has these words in it.
    pub fn expect_last_reply_says(&self, ticket: Ticket, words: &str) -> Told {
        let last = self.replies(ticket)?.pop().unwrap_or_default();
        check(last.contains(words), || format!("our last reply on {ticket} lacks {words:?}: {last:?}"))
    }

    /// No reply of ours has these words in it.
    pub fn expect_no_reply_says(&self, ticket: Ticket, words: &str) -> Told {
        let replies = self.replies(ticket)?;
        let found = replies.iter().find(|reply| reply.contains(words));
        check(found.is_none(), || format!("a reply of ours on {ticket} says {words:?}: {found:?}"))
    }

    /// Every reply of ours went to this address and no other.
    pub fn expect_replies_went_to(&self, ticket: Ticket, address: &str) -> Told {
        let desk = self.stage.quiet_desk(&self.shop(ticket.shop)?.id);
        let thread = desk.thread(ticket.number);
        let replies = thread.iter().filter(|message| message.via == "api" && message.public);
        let to: Vec<String> = replies
            .map(|reply| reply.source.as_ref().map(|source| source["to"].to_string()).unwrap_or_default())
            .collect();
        let all = to.iter().all(|to| to.contains(address) && to.matches('@').count() == 1);
        check(!to.is_empty() && all, || format!("our replies on {ticket} went to {to:?}"))
    }

    /// Gorgias has switched off one of the webhooks at least.
    pub fn expect_a_webhook_is_off(&self) -> Told {
        check(self.webhooks_off()? > 0, || "Gorgias has switched no webhook off".to_owned())
    }

    /// Every webhook is on.
    pub fn expect_all_webhooks_are_on(&self) -> Told {
        let off = self.webhooks_off()?;
        check(off == 0, || format!("{off} webhooks are off"))
    }

    /// An alarm is up with these words in it.
    pub fn expect_alarm(&self, words: &str) -> Told {
        let alarms = self.alarms()?;
        let Some(alarm) = alarms.iter().find(|alarm| alarm.contains(words)) else {
            return Err(Unexpected(format!("no alarm says {words:?}: {alarms:?}")));
        };
        self.happens(format!("an alarm is up: {alarm}"));
        Ok(())
    }

    /// No alarm is up.
    pub fn expect_no_alarm(&self) -> Told {
        let alarms = self.alarms()?;
        check(alarms.is_empty(), || format!("there are alarms: {alarms:?}"))?;
        self.happens("no alarm is up");
        Ok(())
    }

    /// So many internal notes of ours are on the ticket.
    pub fn expect_notes(&self, ticket: Ticket, count: usize) -> Told {
        let notes = self.notes(ticket)?;
        check(notes.len() == count, || {
            format!("ticket {ticket} has {} notes of ours instead of {count}: {notes:?}", notes.len())
        })
    }

    /// Our last internal note has these words in it.
    pub fn expect_note_says(&self, ticket: Ticket, words: &str) -> Told {
        let last = self.notes(ticket)?.pop().unwrap_or_default();
        check(last.contains(words), || format!("our last note on {ticket} lacks {words:?}: {last:?}"))
    }

    /// Our last internal note has this in its HTML.
    pub fn expect_note_html_says(&self, ticket: Ticket, html: &str) -> Told {
        let last = self.last_note_html(ticket)?;
        check(last.contains(html), || {
            format!("the HTML of our last note on {ticket} lacks {html:?}: {last:?}")
        })
    }

    /// Our last internal note has HTML, and this is not in it.
    pub fn expect_note_html_lacks(&self, ticket: Ticket, html: &str) -> Told {
        let last = self.last_note_html(ticket)?;
        check(!last.is_empty() && !last.contains(html), || {
            format!("the HTML of our last note on {ticket} has {html:?} or is none: {last:?}")
        })
    }

    /// The ticket went to people in full: the customer was told, there is one note, it is tagged and the team's.
    pub fn expect_handed_off(&self, ticket: Ticket) -> Told {
        self.expect_last_reply_says(ticket, COLLEAGUE)?;
        self.expect_handed_off_without_a_word(ticket)
    }

    /// The ticket went to people, and the customer was told nothing about it.
    pub fn expect_handed_off_without_a_word(&self, ticket: Ticket) -> Told {
        self.expect_notes(ticket, 1)?;
        self.expect_tagged(ticket)?;
        let shop = self.shop(ticket.shop)?;
        let team =
            self.stage.quiet_desk(&shop.id).ticket(ticket.number).and_then(|ticket| ticket.assignee_team);
        check(team == Some(shop.cast.team), || format!("ticket {ticket} is not the team's but {team:?}'s"))
    }

    /// The ticket went to people, and is now with the one that the merchant named for when the team cannot.
    pub fn expect_with_the_fallback(&self, ticket: Ticket) -> Told {
        let shop = self.shop(ticket.shop)?;
        let user =
            self.stage.quiet_desk(&shop.id).ticket(ticket.number).and_then(|ticket| ticket.assignee_user);
        check(user == shop.cast.agents.get(1).copied(), || {
            format!("ticket {ticket} is not the second agent's but {user:?}'s")
        })
    }

    /// Somewhere in the ticket's receipts this gate stands with these words about what it looked at.
    pub async fn expect_receipt(&self, ticket: Ticket, gate: Gate, words: &str) -> Told {
        let events = self.events(ticket).await?;
        let receipts = events.iter().filter_map(|recorded| match &recorded.event {
            Event::Accepted(accepted) => Some(&accepted.receipt),
            Event::Ignored(ignored) => Some(&ignored.receipt),
            Event::HandedOff(mark) => Some(&mark.receipt),
            _ => None,
        });
        let looked_at: Vec<&str> = receipts
            .flat_map(|receipt| &receipt.gates)
            .filter(|result| result.gate == gate)
            .map(|result| result.input.as_str())
            .collect();
        check(looked_at.iter().any(|input| input.contains(words)), || {
            format!("no receipt of {ticket} says {words:?} at \"{gate}\": {looked_at:?}")
        })
    }

    /// The ticket bears the tag of a handoff.
    pub fn expect_tagged(&self, ticket: Ticket) -> Told {
        let tags = self.stage.quiet_desk(&self.shop(ticket.shop)?.id).tag_names(ticket.number);
        check(tags.contains(TAG), || format!("ticket {ticket} is not tagged {TAG:?} but {tags:?}"))
    }

    /// The ticket bears this tag.
    pub fn expect_tagged_with(&self, ticket: Ticket, tag: &str) -> Told {
        let tags = self.stage.quiet_desk(&self.shop(ticket.shop)?.id).tag_names(ticket.number);
        check(tags.contains(tag), || format!("ticket {ticket} is not tagged {tag:?} but {tags:?}"))
    }

    /// The ticket does not bear this tag.
    pub fn expect_not_tagged_with(&self, ticket: Ticket, tag: &str) -> Told {
        let tags = self.stage.quiet_desk(&self.shop(ticket.shop)?.id).tag_names(ticket.number);
        check(!tags.contains(tag), || format!("ticket {ticket} is tagged {tag:?}: {tags:?}"))
    }

    /// And tagged as one that cannot wait.
    pub fn expect_tagged_urgent(&self, ticket: Ticket) -> Told {
        let tags = self.stage.quiet_desk(&self.shop(ticket.shop)?.id).tag_names(ticket.number);
        check(tags.contains(URGENT_TAG), || {
            format!("ticket {ticket} is not tagged {URGENT_TAG:?} but {tags:?}")
        })
    }

    /// The ticket is not the AI user's any more.
    pub fn expect_left_to_people(&self, ticket: Ticket) -> Told {
        let shop = self.shop(ticket.shop)?;
        let user =
            self.stage.quiet_desk(&shop.id).ticket(ticket.number).and_then(|ticket| ticket.assignee_user);
        check(user != Some(shop.cast.ai_user), || format!("ticket {ticket} is still the AI user's"))
    }

    /// Somewhere in the ticket's timeline these words stand.
    pub async fn expect_told(&self, ticket: Ticket, words: &str) -> Told {
        let told = self.told(ticket).await?.join("\n");
        check(told.contains(words), || format!("the timeline of {ticket} does not tell {words:?}"))
    }

    /// Nowhere in the ticket's timeline these words stand.
    pub async fn expect_never_told(&self, ticket: Ticket, words: &str) -> Told {
        let told = self.told(ticket).await?;
        let found = told.iter().find(|line| line.contains(words));
        check(found.is_none(), || format!("the timeline of {ticket} tells {words:?}: {found:?}"))
    }

    /// Acme's desk was called at most so often in the last so many minutes.
    pub fn expect_calls_at_most(&self, count: usize, minutes: i64) -> Told {
        let since_ms = self.now_ms() - minutes * 60_000;
        let desk = self.stage.quiet_desk(&self.shop(Shop::Acme)?.id);
        let calls = desk.requests().filter(|request| request.at_ms > since_ms).count();
        check(calls <= count, || format!("{calls} calls within {minutes} minutes, more than {count}"))
    }

    /// Acme's desk never said that it is called too often.
    pub fn expect_never_throttled(&self) -> Told {
        let desk = self.stage.quiet_desk(&self.shop(Shop::Acme)?.id);
        let calls = desk.requests().filter(|request| request.status == 429).count();
        check(calls == 0, || format!("{calls} calls were too many"))
    }

    /// Whether nothing is owed on any ticket, but for one whose log is damaged: it owes for ever.
    pub(in crate::scenarios) async fn is_settled(&self) -> Result<bool, Unexpected> {
        let flipped = self.log.flipped();
        for ticket in self.tickets() {
            let stream =
                Stream::Ticket(self.shop(ticket.shop)?.id.clone(), TicketId(ticket.number)).to_string();
            if flipped.as_ref().is_some_and(|flipped| flipped.stream.as_str() == stream) {
                continue;
            }
            let mut folded = ticket::Ticket::new(TicketId(ticket.number));
            for recorded in self.events(ticket).await? {
                folded.apply(&recorded).map_err(unexpected)?;
            }
            if !folded.agenda().is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn alarms(&self) -> Result<Vec<String>, Unexpected> {
        Ok(self.running()?.board.alarms().into_iter().map(|alarm| alarm.message).collect())
    }

    fn webhooks_off(&self) -> Result<usize, Unexpected> {
        let desk = self.stage.quiet_desk(&self.shop(Shop::Acme)?.id);
        Ok(desk.integrations().filter(|one| one.http.is_some() && one.deactivated_us.is_some()).count())
    }

    fn replies(&self, ticket: Ticket) -> Result<Vec<String>, Unexpected> {
        self.ours(ticket, true, |message| message.body_text.as_ref())
    }

    fn notes(&self, ticket: Ticket) -> Result<Vec<String>, Unexpected> {
        self.ours(ticket, false, |message| message.body_text.as_ref())
    }

    fn last_note_html(&self, ticket: Ticket) -> Result<String, Unexpected> {
        Ok(self.ours(ticket, false, |message| message.body_html.as_ref())?.pop().unwrap_or_default())
    }

    /// A part of our messages on the ticket, of those to the customer or of the internal ones.
    fn ours(
        &self,
        ticket: Ticket,
        public: bool,
        part: impl Fn(&Message) -> Option<&String>,
    ) -> Result<Vec<String>, Unexpected> {
        let desk = self.stage.quiet_desk(&self.shop(ticket.shop)?.id);
        let thread = desk.thread(ticket.number);
        let ours = thread.into_iter().filter(|message| message.via == "api" && message.public == public);
        Ok(ours.map(|message| part(message).cloned().unwrap_or_default()).collect())
    }
}

fn check(holds: bool, otherwise: impl FnOnce() -> String) -> Told {
    if holds { Ok(()) } else { Err(Unexpected(otherwise())) }
}
