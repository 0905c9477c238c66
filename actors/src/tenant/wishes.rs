//! What operators ask of a connection, and the program's wish to stop.

use std::rc::Rc;

use actix::fut::{ready, wrap_future};
use actix::{
    ActorContext, ActorFutureExt, ActorTryFutureExt, AsyncContext, Context, Handler, ResponseActFuture,
    ResponseFuture,
};
use polus_core::policy::Mode;
use secrecy::SecretString;

use super::TenantSupervisor;
use super::connect::{self, Tested};
use crate::mail::{
    Backfill, Change, ChangeConnection, ChangeWebhook, Connect, Connected, Disconnect, Examine, Examined,
    Finish, Leave, LookAtWebhooks, LookUp, LookedUp, Refused, Save, TicketAct, WebhookDone, WebhookNow,
    WebhookSecret,
};

impl Handler<Connect> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<Connected, Refused>>;

    fn handle(&mut self, connect: Connect, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        let tested = async move {
            let desk = life.desk_of(&connect).await;
            let mode = match connect.mode {
                Some(mode) => mode,
                None => life.mode().await,
            };
            let tested = connect::test(&life.world, &connect, mode, desk).await?;
            Ok((connect, tested))
        };
        Box::pin(wrap_future(tested).then(|tested: Result<_, Refused>, actor: &mut Self, _| match tested {
            Ok((connect, tested)) if connect.save => actor.save(connect, tested),
            Ok((_, tested)) => Box::pin(ready(Ok(tested.told(None)))),
            Err(refused) => Box::pin(ready(Err(refused))),
        }))
    }
}

impl Handler<Save> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<Connected, Refused>>;

    fn handle(&mut self, Save { connect, tested }: Save, _: &mut Self::Context) -> Self::Result {
        self.save(connect, tested)
    }
}

impl Handler<Disconnect> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<(), Refused>>;

    fn handle(&mut self, wish: Disconnect, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        let done = async move { life.disconnect(&wish.by).await };
        Box::pin(wrap_future(done).map(|result, actor: &mut Self, context: &mut Context<Self>| {
            actor.hold_self_test(context);
            actor.wake_all();
            result
        }))
    }
}

impl Handler<ChangeConnection> for TenantSupervisor {
    type Result = ResponseActFuture<Self, Result<(), Refused>>;

    fn handle(&mut self, wish: ChangeConnection, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        let done = async move {
            if let Change::Mode(Mode::Live) = wish.change {
                life.may_go_live().await?;
            }
            life.change(&wish.change, &wish.by).await
        };
        Box::pin(wrap_future(done).map(|result, actor: &mut Self, _| {
            actor.wake_all();
            result
        }))
    }
}

impl Handler<Examine> for TenantSupervisor {
    type Result = ResponseFuture<Result<Examined, Refused>>;

    fn handle(&mut self, _: Examine, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.examine().await })
    }
}

impl Handler<LookUp> for TenantSupervisor {
    type Result = ResponseFuture<Result<LookedUp, Refused>>;

    fn handle(&mut self, wish: LookUp, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.look_up(wish.team, wish.user).await })
    }
}

impl Handler<Backfill> for TenantSupervisor {
    type Result = ResponseFuture<Result<(), Refused>>;

    fn handle(&mut self, wish: Backfill, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.backfill(wish.act, &wish.by).await })
    }
}

impl Handler<ChangeWebhook> for TenantSupervisor {
    type Result = ResponseFuture<Result<WebhookDone, Refused>>;

    fn handle(&mut self, wish: ChangeWebhook, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.change_webhook(&wish).await })
    }
}

impl Handler<LookAtWebhooks> for TenantSupervisor {
    type Result = ResponseFuture<Result<Vec<WebhookNow>, Refused>>;

    fn handle(&mut self, wish: LookAtWebhooks, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.webhooks_now(&wish.base).await })
    }
}

impl Handler<WebhookSecret> for TenantSupervisor {
    type Result = ResponseFuture<Result<SecretString, Refused>>;

    fn handle(&mut self, _: WebhookSecret, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.webhook_secret().await })
    }
}

impl Handler<TicketAct> for TenantSupervisor {
    type Result = ResponseFuture<Result<u64, Refused>>;

    fn handle(&mut self, act: TicketAct, _: &mut Self::Context) -> Self::Result {
        let life = Rc::clone(&self.life);
        Box::pin(async move { life.act(&act).await })
    }
}

/// Begins nothing any more, waits for what was announced, and ends.
impl Handler<Finish> for TenantSupervisor {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, _: Finish, context: &mut Self::Context) -> Self::Result {
        let tenant = &self.life.tenant;
        tenant.stopping.set(true);
        if let Some(walk) = self.syncing.take() {
            // A mailbox of one walk, asked once.
            walk.do_send(Leave);
        }
        for watch in self.watching.drain(..) {
            context.cancel_future(watch);
        }
        self.end_self_test(context);
        self.wake_all();
        if self.children.is_empty() {
            self.emptied.notify_one();
        }
        let (emptied, world) = (Rc::clone(&self.emptied), self.life.world.clone());
        let finished = async move {
            tokio::select! {
                biased;
                () = emptied.notified() => {}
                () = world.clock.sleep(world.limits.finish_within) => {}
            }
        };
        Box::pin(wrap_future(finished).map(|(), actor: &mut Self, context: &mut Context<Self>| {
            if !actor.children.is_empty() {
                let left = actor.children.len();
                tracing::warn!(connection = %actor.life.tenant.id, left, "posts without an answer are settled at the next start");
            }
            context.stop();
        }))
    }
}

impl TenantSupervisor {
    /// Saves what was tested; all that waits looks again, and Gorgias' changes are walked through anew.
    fn save(&self, connect: Connect, tested: Tested) -> ResponseActFuture<Self, Result<Connected, Refused>> {
        let life = Rc::clone(&self.life);
        let saved = async move { life.save(&connect, tested).await };
        Box::pin(wrap_future(saved).map_ok(|connected, actor: &mut Self, context: &mut Context<Self>| {
            actor.hold_self_test(context);
            actor.wake_all();
            actor.sync();
            actor.look_again.notify_one();
            connected
        }))
    }
}
