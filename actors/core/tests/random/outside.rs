//! What happens around the shell of a random story: the customer, people, rules, the operator, the merchant.

use std::collections::BTreeMap;

use polus_core::id::{MessageId, UserId};
use polus_core::policy::Mode;
use polus_core::ticket::event::{Event, Hint, Notified, SeenBySync, Standing};
use polus_core::ticket::state::{Ending, Known};

use super::shell::Shell;
use crate::support::{AI, ANNA, GO_LIVE};

impl Shell {
    pub(super) fn customer_writes(&mut self) {
        let text = if self.dice.chance(95) { "Parcel?" } else { self.dice.one_of(&["human", ""]) };
        let message = self.world.thread.customer(text);
        if self.dice.chance(10) {
            let headers = &mut self.world.thread.message_mut(message).headers;
            headers.insert("auto-submitted".to_owned(), "auto-replied".to_owned());
        }
        if self.dice.chance(8) {
            self.world.thread.message_mut(message).sender = Some(77);
            self.world.thread.message_mut(message).personal.sender_email = None;
        }
        if self.dice.chance(90) {
            self.webhook(message, false);
        }
    }

    pub(super) fn people_act(&mut self) {
        match self.dice.below(10) {
            0..3 => {
                let message = self.world.thread.person("I have it.", true);
                self.webhook_perhaps(message);
            }
            3 => {
                let message = self.world.thread.person("Careful.", false);
                self.webhook_perhaps(message);
            }
            4 => {
                let message = self.world.thread.rule("We got your message.");
                self.webhook_perhaps(message);
            }
            5..9 => {
                let assignee: Option<UserId> = self.dice.one_of(&[Some(AI), Some(AI), Some(ANNA), None]);
                self.world.thread.change(|fields| fields.assignee = assignee);
                self.heard("ticket-assignment-updated", None);
            }
            _ => {
                let closed = self.dice.chance(50);
                self.world.thread.change(|fields| fields.closed = closed);
                self.heard("ticket-updated", None);
            }
        }
    }

    pub(super) fn operator_acts(&mut self) {
        let by = "olga".to_owned();
        if self.dice.chance(40) {
            self.fact(Event::HandoffRequested { by });
        } else {
            self.world.resumed();
            self.fact(Event::Resumed { by });
        }
    }

    pub(super) fn merchant_acts(&mut self) {
        match self.dice.below(4) {
            0 => self.terms.paused = !self.terms.paused,
            1 => self.terms.mode = self.dice.one_of(&[Mode::Live, Mode::Live, Mode::Shadow, Mode::Off]),
            _ if self.terms.connected => {
                let waits = |known: &&Known| {
                    known.outcome.as_ref().is_some_and(|outcome| outcome.ending == Ending::Accepted)
                };
                let waiting = self.ticket.messages.values().map(Box::as_ref).filter(waits);
                self.world.cut.extend(waiting.map(|known| known.message.id));
                self.terms.connected = false;
                self.terms.generation += 1;
                self.seen.cuts += 1;
            }
            _ => self.reconnect(),
        }
        // The actor may hear of it now, or only with the next thing that happens.
        if self.dice.chance(70) {
            self.tick();
        }
    }

    pub(super) fn reconnect(&mut self) {
        self.terms.connected = true;
        self.terms.generation += 1;
        self.terms.go_live = self.world.thread.newest();
        self.world.reconnected();
    }

    pub(super) fn duplicate(&mut self) {
        let known: Vec<(MessageId, bool)> =
            self.world.thread.messages.iter().map(|m| (m.id, m.external_id.is_some())).collect();
        if !known.is_empty() {
            let (message, ours) = self.dice.one_of(&known);
            self.webhook(message, ours);
        }
        if self.dice.chance(30) {
            let fields = &self.world.thread.fields;
            let (updated_at, ours) = (fields.updated_at, fields.assignee == Some(AI));
            self.fact(Event::SeenBySync(SeenBySync { updated_at, ours, generation: self.terms.generation }));
        }
    }

    /// Rare things: a merge, another installation, a message that reads lag behind, a deletion.
    pub(super) fn odd_thing(&mut self) {
        match self.dice.below(8) {
            0 => {
                let older = MessageId(GO_LIVE.0 - 50 + self.world.thread.newest().0 - GO_LIVE.0);
                self.world.thread.write_as(older, |message| message.personal.text = "Moved.".to_owned());
                self.heard("ticket-updated", None);
            }
            1 => {
                let message = self.world.thread.api(Some("polus:other:7:4:0a0a0a0a"), "Theirs.", true);
                self.webhook(message, false);
            }
            2 => {
                self.world.thread.gone = true;
                self.heard("ticket-updated", None);
            }
            3 => self.world.thread.hidden.clear(),
            _ => {
                let message = self.world.thread.customer("Parcel?");
                self.world.thread.hidden.insert(message);
                self.webhook(message, false);
            }
        }
    }

    fn webhook_perhaps(&mut self, message: MessageId) {
        if self.dice.chance(80) {
            self.webhook(message, false);
        }
    }

    pub(super) fn webhook(&mut self, message: MessageId, own_echo: bool) {
        if own_echo {
            self.fact(Event::Notified(self.notified("ticket-message-created", Some(message), true)));
        } else {
            self.heard("ticket-message-created", Some(message));
        }
    }

    pub(super) fn heard(&mut self, trigger: &str, message: Option<MessageId>) {
        let mut notified = self.notified(trigger, message, false);
        if self.dice.chance(30) {
            notified.assignee = match self.world.thread.fields.assignee {
                Some(AI) => Hint::AiUser,
                Some(user) => Hint::Other(user),
                None => Hint::Nobody,
            };
        }
        self.fact(Event::Notified(notified));
    }

    fn notified(&self, trigger: &str, message: Option<MessageId>, own_echo: bool) -> Notified {
        Notified {
            trigger: trigger.to_owned(),
            message,
            assignee: Hint::Unknown,
            own_echo,
            generation: self.terms.generation,
            standing: if self.terms.connected { Standing::Current } else { Standing::Disconnected },
            headers: BTreeMap::new(),
        }
    }
}
