//! Every backend passes the same suite.

use std::sync::Arc;

use polus_storage::{LogAddress, MemoryLog, SledLog, SledOptions, conformance, open};

#[tokio::test]
async fn memory() {
    conformance::run(|| Arc::new(MemoryLog::new())).await;
}

#[tokio::test]
async fn sled() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs = 0;
    conformance::run(|| {
        logs += 1;
        Arc::new(SledLog::open(folder.path().join(format!("log{logs}")), SledOptions::default()).unwrap())
    })
    .await;
}

#[tokio::test]
async fn opened_by_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs = 0;
    conformance::run(|| {
        logs += 1;
        let address = LogAddress::Sled(folder.path().join(format!("log{logs}")));
        open(&address, SledOptions { cache_bytes: 1024 * 1024, ..SledOptions::default() }).unwrap()
    })
    .await;
}
