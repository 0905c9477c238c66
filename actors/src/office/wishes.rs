//! What operators ask of the office: passed on to the connection's supervisor.

use actix::fut::wrap_future;
use actix::{ActorContext, ActorFutureExt, Addr, Context, Handler, ResponseActFuture, ResponseFuture};
use futures_util::future::join_all;
use polus_core::id::{ConnectionId, Stream};
use polus_core::sync::DirectoryEvent;
use secrecy::SecretString;

use super::Office;
use crate::World;
use crate::journal::append_fact;
use crate::mail::{
    Backfill, BeginSelfTest, ChangeConnection, ChangeWebhook, Connect, Connected, Disconnect, Examine,
    Examined, Finish, LookAtWebhooks, LookUp, LookedUp, Refused, Save, Shutdown, TicketAct, WebhookDone,
    WebhookNow, WebhookSecret,
};
use crate::tenant::{self, TenantSupervisor};

impl Handler<Connect> for Office {
    type Result = ResponseActFuture<Self, Result<Connected, Refused>>;

    fn handle(&mut self, connect: Connect, _: &mut Self::Context) -> Self::Result {
        if let Some(tenant) = self.tenants.get(&connect.connection).cloned() {
            return Box::pin(wrap_future(async move { send(&tenant, connect).await }));
        }
        let world = self.world.clone();
        let tested = async move {
            let tested = tenant::test(&world, &connect, connect.mode.unwrap_or_default(), None).await?;
            if connect.save {
                enter(&world, &connect.connection).await.map_err(Refused::Storage)?;
            }
            Ok((connect, tested))
        };
        Box::pin(wrap_future(tested).then(|tested: Result<_, Refused>, office: &mut Self, context| {
            let saved = tested.map(|(connect, tested)| {
                let tenant = connect.save.then(|| office.tenant(&connect.connection, context));
                (connect, tested, tenant)
            });
            wrap_future(async move {
                match saved? {
                    (connect, tested, Some(Some(tenant))) => send(&tenant, Save { connect, tested }).await,
                    (connect, _, Some(None)) => {
                        Err(Refused::Storage(format!("{} cannot be supervised", connect.connection)))
                    }
                    (_, tested, None) => Ok(tested.told(None)),
                }
            })
        }))
    }
}

macro_rules! pass_on {
    ($($message:ty => $result:ty;)*) => {$(
        impl Handler<$message> for Office {
            type Result = ResponseFuture<Result<$result, Refused>>;

            fn handle(&mut self, message: $message, _: &mut Self::Context) -> Self::Result {
                let tenant = self.known(&message.connection);
                Box::pin(async move { send(&tenant?, message).await })
            }
        }
    )*};
}

pass_on! {
    Disconnect => ();
    ChangeConnection => ();
    Examine => Examined;
    Backfill => ();
    BeginSelfTest => ();
    LookUp => LookedUp;
    ChangeWebhook => WebhookDone;
    LookAtWebhooks => Vec<WebhookNow>;
    WebhookSecret => SecretString;
    TicketAct => u64;
}

impl Handler<Shutdown> for Office {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, _: Shutdown, _: &mut Self::Context) -> Self::Result {
        self.stopping = true;
        let asked: Vec<_> = self.tenants.values().map(|tenant| tenant.send(Finish)).collect();
        Box::pin(wrap_future(join_all(asked)).map(
            |finished, office: &mut Self, context: &mut Context<Self>| {
                for error in finished.into_iter().filter_map(Result::err) {
                    tracing::warn!(%error, "a connection's supervisor was gone before it could finish");
                }
                office.note();
                office.tenants.clear();
                context.stop();
            },
        ))
    }
}

async fn send<M, T>(tenant: &Addr<TenantSupervisor>, message: M) -> Result<T, Refused>
where
    M: actix::Message<Result = Result<T, Refused>> + Send + 'static,
    T: Send + 'static,
    TenantSupervisor: Handler<M>,
{
    match tenant.send(message).await {
        Ok(result) => result,
        Err(error) => Err(Refused::Outage(format!("the connection's supervisor does not answer: {error}"))),
    }
}

/// Enters a new connection into the directory.
async fn enter(world: &World, connection: &ConnectionId) -> Result<(), String> {
    let event = DirectoryEvent::Opened { connection: connection.clone() };
    let now = world.clock.now();
    append_fact(world.log.as_ref(), world.blobs.as_ref(), &Stream::Directory, &event, now)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}
