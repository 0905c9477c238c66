//! What goes wrong: between the program and Gorgias, with the answerer, the disk, the key, and the clock.

use std::sync::atomic::Ordering;

use polus_core::id::{Stream, TicketId};
use polus_storage::StreamName;

use super::{Power, Scene, Shop, THINKS_MS, Ticket, Told, Unexpected, unexpected};
use crate::answerer::AnswererTrouble;
use crate::doom::Moment;
use crate::gorgias::faults::{CallFault, Odds, Scripted, WebhookFault};
use crate::log::DiskTrouble;

/// Certain, in millionths.
const ALWAYS: u32 = 1_000_000;

/// Which record of a damaged stream cannot be found.
const DAMAGED: u64 = 2;

/// Between the program and Gorgias. Each strikes the next call that it fits.
impl Scene {
    /// Gorgias takes the next message on the ticket, and its answer is lost on the way back.
    pub fn the_response_will_be_lost(&self, ticket: Ticket) -> Told {
        self.will_happen(format!("Gorgias takes the next message on {ticket}, and its answer is lost"));
        self.plan(ticket.shop, Scripted::post_on(ticket.number, CallFault::LostAfterEffect))
    }

    /// The next message on the ticket never reaches Gorgias, and nobody says so.
    pub fn the_post_will_be_lost(&self, ticket: Ticket) -> Told {
        self.will_happen(format!("the next message on {ticket} never reaches Gorgias, and nobody says so"));
        self.plan(ticket.shop, Scripted::post_on(ticket.number, CallFault::LostBeforeEffect))
    }

    /// The next message on the ticket takes effect so many seconds later, after its sender has given up waiting.
    pub fn the_post_will_land_late(&self, ticket: Ticket, seconds: i64) -> Told {
        self.will_happen(format!("the next message on {ticket} takes effect {seconds} seconds late"));
        let fault = CallFault::LandsLate { after_ms: seconds * 1_000 };
        self.plan(ticket.shop, Scripted::post_on(ticket.number, fault))
    }

    /// The next read of the ticket shows it as it is then, and takes so many seconds to arrive.
    pub fn the_next_read_will_take(&self, ticket: Ticket, seconds: i64) -> Told {
        self.will_happen(format!("the next read of {ticket} takes {seconds} seconds to arrive"));
        let path = format!("/api/tickets/{}", ticket.number);
        let fault = CallFault::Slow { ms: seconds * 1_000 };
        self.plan(ticket.shop, Scripted::call("GET", &path, fault))
    }

    /// The next so many changes of the ticket's fields fail: its tags, its assignee.
    pub fn changes_of_the_ticket_will_fail(&self, ticket: Ticket, times: u32) -> Told {
        self.will_happen(format!("the next {times} changes of the fields of {ticket} fail"));
        let path = format!("/api/tickets/{}", ticket.number);
        for _ in 0..times {
            let fault = CallFault::ServerError { status: 503 };
            self.plan(ticket.shop, Scripted::call("PUT", &path, fault))?;
        }
        Ok(())
    }

    /// The next so many calls find the allowance used up.
    pub fn the_allowance_is_used_up(&self, calls: u32) -> Told {
        self.happens(format!("the allowance of acme is used up for {calls} calls"));
        for _ in 0..calls {
            let fault = CallFault::TooManyRequests { retry_after_s: 5 };
            self.plan(Shop::Acme, Scripted::next_call(fault))?;
        }
        Ok(())
    }

    /// Gorgias takes the next reply on the ticket and later cannot deliver it.
    pub fn the_reply_will_bounce(&self, ticket: Ticket) -> Told {
        self.will_happen(format!("Gorgias takes the next reply on {ticket}, and later cannot deliver it"));
        self.plan(ticket.shop, Scripted::sending_fails(ticket.number, "550 no such mailbox"))
    }

    /// From now on every webhook comes twice.
    pub fn every_webhook_comes_twice(&self) -> Told {
        self.happens("from now on every webhook comes twice");
        self.odds(Odds { webhook_twice: 1.0, ..Odds::default() })
    }

    /// The next webhook of the ticket comes so many hours late.
    pub fn the_next_webhook_comes_late(&self, ticket: Ticket, hours: i64) -> Told {
        self.will_happen(format!("the next webhook of {ticket} comes {hours} hours late"));
        let fault = WebhookFault::Late { after_ms: hours * 3_600_000 };
        self.plan(ticket.shop, Scripted::webhook(ticket.number, fault))
    }

    /// From now on so many of a hundred webhooks are lost on the way, and Gorgias does not know it.
    pub fn webhooks_are_lost(&self, percent: u32) -> Told {
        self.happens(match percent {
            0 => "from now on webhooks come again".to_owned(),
            100.. => "from now on every webhook is lost on the way".to_owned(),
            some => format!("from now on {some} of 100 webhooks are lost on the way"),
        });
        self.odds(Odds { webhook_lost: f64::from(percent) / 100.0, ..Odds::default() })
    }

    /// So many calls of a webhook that fail in a row make Gorgias switch it off.
    pub fn gorgias_gives_up_after(&self, failures: u32) -> Told {
        self.will_happen(format!("Gorgias switches a webhook off after {failures} failures in a row"));
        self.stage.desk_of(&self.shop(Shop::Acme)?.id).timings.failures_until_deactivation = failures;
        Ok(())
    }

    /// What stands in front of the program is down: nobody takes webhooks.
    pub fn the_proxy_goes_down(&self) {
        self.happens("the proxy in front of the program goes down: nobody takes webhooks");
        self.stage.take_no_webhooks(true);
    }

    /// Webhooks reach the program again.
    pub fn the_proxy_comes_back(&self) {
        self.happens("the proxy in front of the program comes back");
        self.stage.take_no_webhooks(false);
    }

    /// Acme's key is revoked.
    pub fn the_key_is_revoked(&self) -> Told {
        self.happens("the key of acme is revoked");
        let shop = self.shop(Shop::Acme)?;
        self.stage.desk_of(&shop.id).revoke_key(shop.cast.ai_user).map_err(unexpected)
    }

    /// Acme's key works again.
    pub fn the_key_is_restored(&self) -> Told {
        self.happens("the key of acme works again");
        let shop = self.shop(Shop::Acme)?;
        self.stage.desk_of(&shop.id).restore_key(shop.cast.ai_user).map_err(unexpected)
    }

    /// A story ends with the program up, and with no trouble left that was planned and never came: it would be a story
    /// of something else than it says.
    pub(in crate::scenarios) fn expect_nothing_left(&self) -> Told {
        if self.power() != Power::On {
            return Err(Unexpected("the story ends with the program down".to_owned()));
        }
        for shop in self.shops.values() {
            if let Some(left) = self.stage.quiet_desk(&shop.id).faults.script.first() {
                return Err(Unexpected(format!("this was planned and never happened: {left:?}")));
            }
        }
        Ok(())
    }

    fn plan(&self, shop: Shop, fault: Scripted) -> Told {
        self.stage.desk_of(&self.shop(shop)?.id).faults.plan(fault);
        Ok(())
    }

    fn odds(&self, odds: Odds) -> Told {
        self.stage.desk_of(&self.shop(Shop::Acme)?.id).faults.odds = odds;
        Ok(())
    }
}

/// The program's own surroundings.
impl Scene {
    /// From now on a question is thought about for so many seconds.
    pub fn the_answerer_thinks(&self, seconds: u64) {
        self.happens(format!("from now on the answerer thinks {seconds} seconds about a question"));
        self.answerer.thinks_ms.store(seconds * 1_000, Ordering::Relaxed);
    }

    /// The answerer never answers any more.
    pub fn the_answerer_falls_silent(&self) {
        self.happens("the answerer falls silent: from now on it never answers");
        self.answerer.knows.set_trouble(AnswererTrouble { silent: true, ..AnswererTrouble::default() });
    }

    /// Whoever asks the answerer gets an error.
    pub fn the_answerer_fails(&self) {
        self.happens("the answerer fails: whoever asks it gets an error");
        self.answerer.knows.set_trouble(AnswererTrouble { fails: ALWAYS, ..AnswererTrouble::default() });
    }

    /// The answerer works again.
    pub fn the_answerer_works_again(&self) {
        self.happens("the answerer works again");
        self.answerer.knows.set_trouble(AnswererTrouble::default());
        self.answerer.thinks_ms.store(THINKS_MS, Ordering::Relaxed);
    }

    /// The disk is full.
    pub fn the_disk_fills_up(&self) {
        self.happens("the disk of the program fills up");
        self.log.set_trouble(DiskTrouble { full: ALWAYS, ..DiskTrouble::default() });
    }

    /// The disk takes writes and cannot say that they are safe.
    pub fn the_disk_stops_syncing(&self) {
        self.happens("the disk stops syncing: it cannot say that what is written is safe");
        self.log.set_trouble(DiskTrouble { sync_fails: ALWAYS, ..DiskTrouble::default() });
    }

    /// The disk takes up to so many milliseconds for each write.
    pub fn the_disk_gets_slow(&self, milliseconds: u32) {
        self.happens(format!("the disk gets slow: a write takes up to {milliseconds} ms"));
        self.log.set_trouble(DiskTrouble { slow_ms_max: milliseconds, ..DiskTrouble::default() });
    }

    /// The disk works again.
    pub fn the_disk_works_again(&self) {
        self.happens("the disk works again");
        self.log.set_trouble(DiskTrouble::default());
    }

    /// A bit flips in what the log keeps of the ticket. The program is down, as it must be: a log is checked as it is read.
    pub fn a_bit_flips_in(&self, ticket: Ticket) -> Told {
        self.happens(format!("a bit flips in what the log keeps of {ticket}"));
        let stream = Stream::Ticket(self.shop(ticket.shop)?.id.clone(), TicketId(ticket.number)).to_string();
        self.log.damage(StreamName::new(stream).map_err(unexpected)?, DAMAGED);
        Ok(())
    }

    /// The program dies when the next message is about to leave, and is started again.
    pub fn the_program_will_die_before_its_next_post(&self) {
        self.will_happen("the program dies right before its next post");
        self.stage.doom.arm(Moment::BeforePost, 0);
    }

    /// The program dies when Gorgias has taken the next message and has not said so yet, and is started again.
    pub fn the_program_will_die_after_its_next_post(&self) {
        self.will_happen("the program dies right after its next post, before the answer comes");
        self.stage.doom.arm(Moment::AfterPost, 0);
    }

    /// The program dies with its next write to the log under way, and is started again.
    pub fn the_program_will_die_at_its_next_write(&self) {
        self.will_happen("the program dies with its next write to the log under way");
        self.stage.doom.arm(Moment::BeforeAppend, 0);
    }

    /// The program dies with its next write safe and nobody told, and is started again.
    pub fn the_program_will_die_after_its_next_write(&self) {
        self.will_happen("the program dies with its next write safe and nobody told");
        self.stage.doom.arm(Moment::AfterAppend, 0);
    }

    /// The machine's clock is set wrong by so many minutes; 0 sets it right.
    pub fn the_clock_is_wrong_by(&self, minutes: i64) {
        self.happens(match minutes {
            0 => "the machine's clock is set right".to_owned(),
            ahead @ 1.. => format!("the machine's clock jumps {ahead} minutes ahead of the time"),
            behind => format!("the machine's clock falls {} minutes behind the time", behind.unsigned_abs()),
        });
        self.stage.clock.set_wrong(minutes * 60_000);
    }
}
