//! The fetching of an account's whole history: two lists, tickets by their last change and messages by their writing,
//! both newest first, page by page, then a comparison of what is kept with what Gorgias counts.
//!
//! A page is on record only after what it holds is kept, so that a crash repeats a page and loses none. Cursors expire;
//! a list whose cursor is lost is read from its beginning again, which costs a call for each hundred rows and changes
//! nothing that is kept.

use serde::{Deserialize, Serialize};

use super::mirror::Mismatch;
use crate::time::Time;

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// `/api/tickets`, the latest change first.
    Tickets,
    /// `/api/messages`, the newest first.
    Messages,
}

/// A page that was fetched and kept. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageKept {
    /// Of which list.
    pub list: List,
    /// Its rows.
    pub rows: u32,
    /// Rows that told something new.
    pub news: u32,
    /// The oldest time in it: of a ticket the last change, of a message its writing. None in an empty page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Time>,
    /// Leads to the next page; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Rows of the whole list, where Gorgias says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Calls that it took; more than one when some failed.
    pub calls: u32,
    /// What the last failed call was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// How a back-fill ended. Persisted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Ended {
    /// Both lists were read to their end, or to the age that was asked for.
    Complete,
    /// An operator stopped it.
    Stopped {
        /// Who.
        by: String,
    },
    /// It cannot go on.
    Failed {
        /// Why, with what to do.
        problem: String,
    },
}

/// How far a back-fill is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Pages are read.
    Reading,
    /// All pages are read; what is kept is compared with what Gorgias counts, and fetched ticket by ticket where they
    /// differ.
    Comparing,
    /// It is over.
    Ended(Ended),
}

/// How far one list is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Walk {
    /// Pages kept, those read twice included.
    pub pages: u32,
    /// Their rows.
    pub rows: u64,
    /// Rows that told something new.
    pub news: u64,
    /// Rows of the whole list, where Gorgias says so.
    pub total: Option<u64>,
    /// The oldest time read.
    #[serde(rename = "oldest_at")]
    pub oldest: Option<Time>,
    /// How often its cursor was lost and it was begun again.
    pub restarts: u32,
    /// It was read to its end.
    pub done: bool,
    /// Leads to the next page; Gorgias' own, and no use to people.
    #[serde(skip)]
    pub cursor: Option<String>,
    /// Rows read since it was last begun.
    #[serde(skip)]
    pub rows_of_pass: u64,
}

/// One fetching of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backfill {
    /// Sequence of the event that began it: names it among the others.
    pub number: u64,
    /// When it was asked for, by our clock.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// When its last page was kept.
    pub page_at: Option<Time>,
    /// Nothing that was last changed before this time, by Gorgias' clock.
    pub since: Option<Time>,
    /// Who asked.
    pub by: String,
    /// How far it is.
    #[serde(flatten)]
    pub stage: Stage,
    /// The list of tickets.
    pub tickets: Walk,
    /// The list of messages.
    pub messages: Walk,
    /// Calls made for its pages.
    pub calls: u64,
    /// Calls among them that failed and were made again.
    pub retries: u64,
    /// What the last of these was answered.
    pub problem: Option<String>,
    /// Tickets that differ from what Gorgias counts.
    pub mismatches: Vec<Mismatch>,
    /// How many such tickets there are.
    pub mismatched: u32,
}

/// The page to be fetched next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageWanted {
    /// Of which list.
    pub list: List,
    /// Leads there; none for the first.
    pub cursor: Option<String>,
}

impl Backfill {
    /// The one numbered `number`, asked for at `started_at`.
    pub fn new(number: u64, started_at: Time, since: Option<Time>, by: String) -> Self {
        Self {
            number,
            started_at,
            ended_at: None,
            page_at: None,
            since,
            by,
            stage: Stage::Reading,
            tickets: Walk::default(),
            messages: Walk::default(),
            calls: 0,
            retries: 0,
            problem: None,
            mismatches: Vec::new(),
            mismatched: 0,
        }
    }

    /// One of its lists.
    pub fn walk(&self, list: List) -> &Walk {
        match list {
            List::Tickets => &self.tickets,
            List::Messages => &self.messages,
        }
    }

    /// The next page: of the list that is less far back, so that the newest of both comes first. None when both are read.
    pub fn next_page(&self) -> Option<PageWanted> {
        if self.stage != Stage::Reading {
            return None;
        }
        let list = match (self.tickets.done, self.messages.done) {
            (true, true) => return None,
            (true, false) => List::Messages,
            (false, true) => List::Tickets,
            (false, false) => match (self.tickets.oldest, self.messages.oldest) {
                (Some(_), None) => List::Messages,
                (Some(tickets), Some(messages)) if messages > tickets => List::Messages,
                _ => List::Tickets,
            },
        };
        Some(PageWanted { list, cursor: self.walk(list).cursor.clone() })
    }

    /// A page is kept.
    pub(super) fn kept(&mut self, page: &PageKept, at: Time) {
        let since = self.since;
        let walk = self.walk_mut(page.list);
        walk.pages += 1;
        walk.rows += u64::from(page.rows);
        walk.rows_of_pass += u64::from(page.rows);
        walk.news += u64::from(page.news);
        walk.total = page.total.or(walk.total);
        walk.oldest = match (walk.oldest, page.oldest) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
        let old_enough = matches!((since, page.oldest), (Some(since), Some(oldest)) if oldest < since);
        walk.done = page.next_cursor.is_none() || old_enough;
        walk.cursor = page.next_cursor.clone().filter(|_| !walk.done);
        self.page_at = Some(at);
        self.calls += u64::from(page.calls);
        self.retries += u64::from(page.calls.saturating_sub(1));
        if page.problem.is_some() {
            self.problem.clone_from(&page.problem);
        }
        if self.tickets.done && self.messages.done {
            self.stage = Stage::Comparing;
        }
    }

    /// A list has lost its cursor.
    pub(super) fn begin_anew(&mut self, list: List, problem: &str) {
        let walk = self.walk_mut(list);
        walk.cursor = None;
        walk.rows_of_pass = 0;
        walk.restarts += 1;
        self.problem = Some(problem.to_owned());
    }

    pub(super) fn end(&mut self, at: Time, ended: &Ended, mismatches: &[Mismatch], mismatched: u32) {
        self.stage = Stage::Ended(ended.clone());
        self.ended_at = Some(at);
        self.mismatches = mismatches.to_vec();
        self.mismatched = mismatched;
    }

    fn walk_mut(&mut self, list: List) -> &mut Walk {
        match list {
            List::Tickets => &mut self.tickets,
            List::Messages => &mut self.messages,
        }
    }
}
