//! The folded connection as others see it: its tickets, its desk, the board.

use std::rc::Rc;
use std::sync::Arc;

use polus_core::connection::{Connection, Status};
#[cfg(feature = "planted")]
use polus_core::planted::{self, Bug};
use polus_storage::{BadBlobHash, BlobHash};

use super::Life;
use crate::mail::Refused;
use crate::world::{Article, Helpdesk, Knowledge};

impl Life {
    /// Shows the folded connection to its tickets, its desk and the board.
    pub(super) async fn publish(&self, connection: &Connection) {
        let terms = connection.terms(&self.tenant.id, &self.world.installation);
        *self.tenant.terms.borrow_mut() = terms.map(Rc::new);
        self.show_knowledge(connection).await;
        self.open_desk(connection);
        self.tell_of_webhooks(connection);
        self.world.board.change_connection(&self.tenant.id, |view| view.connection = connection.clone());
    }

    /// Reads again what could not be read of the connection. Returns whether articles or a key can be now.
    pub async fn show_again(&self) -> bool {
        let journal = self.journal.lock().await;
        let before = (self.tenant.knowledge.borrow().version, self.opened.borrow().clone());
        self.show_knowledge(journal.machine()).await;
        self.open_desk(journal.machine());
        before != (self.tenant.knowledge.borrow().version, self.opened.borrow().clone())
    }

    /// Completes when the articles or the key could not be read. A disk that does not answer may answer later.
    pub async fn unshown(&self) {
        self.unshown.notified().await;
    }

    async fn show_knowledge(&self, connection: &Connection) {
        if self.tenant.knowledge.borrow().version == connection.knowledge_version {
            return;
        }
        match self.load_knowledge(connection).await {
            Ok(knowledge) => {
                *self.tenant.knowledge.borrow_mut() = Arc::new(knowledge);
                self.world.board.end_alarm(&self.about_knowledge());
            }
            Err(problem) => {
                let problem = format!("its help articles cannot be read: {problem}");
                self.alarm_about(&self.about_knowledge(), &problem);
                self.unshown.notify_one();
            }
        }
    }

    /// The desk stays as it is while the key and its standing do: a change of policy is no new key.
    fn open_desk(&self, connection: &Connection) {
        let open = matches!(connection.status, Status::Active | Status::Insufficient { .. });
        #[cfg(feature = "planted")]
        let open = open || planted::is(Bug::CallWhileCut) && connection.status == Status::Disconnected;
        let key = connection.details.as_ref().filter(|_| open);
        let Some(key) = key.map(|details| (connection.generation, details.key_fingerprint.clone())) else {
            self.world.board.end_alarm(&self.about_key());
            return self.shut_desk();
        };
        if self.opened.borrow().as_ref() == Some(&key) {
            return;
        }
        match self.helpdesk() {
            Ok(helpdesk) => {
                *self.opened.borrow_mut() = Some(key);
                self.tenant.desk.set(Some(helpdesk));
                self.world.board.end_alarm(&self.about_key());
            }
            Err(problem) => {
                self.shut_desk();
                self.alarm_about(&self.about_key(), &problem.to_string());
                self.unshown.notify_one();
            }
        }
    }

    /// Not one more call goes out with the key.
    pub(super) fn shut_desk(&self) {
        self.opened.borrow_mut().take();
        self.tenant.desk.set(None);
    }

    /// The alarm about the webhooks is what the log says of them, also after a start.
    fn tell_of_webhooks(&self, connection: &Connection) {
        let about = format!("{}/webhook", self.tenant.id);
        match connection.webhook_problem(&self.tenant.id).filter(|_| connection.is_connected()) {
            Some(problem) => self.alarm_about(&about, &problem),
            None => self.world.board.end_alarm(&about),
        }
    }

    fn about_key(&self) -> String {
        format!("{}/key", self.tenant.id)
    }

    fn about_knowledge(&self) -> String {
        format!("{}/knowledge", self.tenant.id)
    }

    async fn load_knowledge(&self, connection: &Connection) -> Result<Knowledge, String> {
        let mut articles = Vec::with_capacity(connection.articles.len());
        for article in &connection.articles {
            let hash: BlobHash = article.blob.parse().map_err(|error: BadBlobHash| error.to_string())?;
            let bytes = self.world.blobs.get(&hash).await.map_err(|error| error.to_string())?;
            let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
            articles.push(Article { id: article.id.clone(), title: article.title.clone(), text });
        }
        Ok(Knowledge { version: connection.knowledge_version, articles })
    }

    pub(super) fn helpdesk(&self) -> Result<Arc<dyn Helpdesk>, Refused> {
        self.world.helpdesks.open(&self.tenant.id, &self.credentials()?).map_err(Refused::Bad)
    }
}
