//! The tags of automated mail: owed once in the life of a ticket, then done, left out, or cancelled.

use super::super::effect::{EffectId, EffectKind};
use super::super::state::{MailTags, Ticket};

impl Ticket {
    pub(super) fn owe_tags(&mut self, tags: &[String], sequence: u64) -> Result<(), &'static str> {
        if self.mail_tags.is_some() {
            return Err("the ticket has had the tags of automated mail");
        }
        let effect = EffectId { kind: EffectKind::MailTags, sequence };
        self.mail_tags = Some(MailTags { effect, tags: tags.to_vec(), open: true, failing: false });
        Ok(())
    }

    pub(super) fn open_tags(&mut self, effect: EffectId) -> Result<&mut MailTags, &'static str> {
        self.mail_tags
            .as_mut()
            .filter(|owed| owed.open && owed.effect == effect)
            .ok_or("those tags are not owed")
    }

    /// Nothing is done on a ticket that is gone, nor for a generation of the connection that ended.
    pub(super) fn cancel_tags(&mut self) {
        if let Some(owed) = &mut self.mail_tags {
            owed.open = false;
        }
    }
}
