//! The data folder: whether it is there, whose it is, whether its secrets are for its owner alone, and how much room its
//! disk has. Only looks; makes and changes nothing.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{Access, access, statvfs};

use super::{Row, SERVER};
use crate::data::{ADMIN_TOKEN, MASTER_KEY};
use crate::shell::quoted;

/// With less room than this the log may be unable to take the next webhook, in bytes.
const ROOM_MIN: u64 = 64 * 1024 * 1024;

/// Room for some weeks of a large shop's log, in bytes.
const ROOM_WANTED: u64 = 1024 * 1024 * 1024;

/// Rows about the folder. `has_master_key`: the settings give one, so that the folder need not hold it.
pub fn rows(data: &Path, has_master_key: bool) -> Vec<Row> {
    let shown = data.display();
    let metadata = match fs::metadata(data) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let found = format!("there is no data folder {shown} yet");
            let cure = "start the server with `polus serve`, which makes it; if it should be there, name it with --data";
            return vec![Row::warning(SERVER, "data_folder", found, cure)];
        }
        Err(error) => return vec![unreadable(data, &error)],
    };
    let mut rows = vec![rights(data, &metadata), room(data)];
    rows.extend([ADMIN_TOKEN, MASTER_KEY].into_iter().filter_map(|name| secret(data, name)));
    rows.extend(if has_master_key { None } else { missing_key(data) });
    rows
}

fn rights(data: &Path, metadata: &fs::Metadata) -> Row {
    let shown = data.display();
    if !metadata.is_dir() {
        let cure = "give the data folder with --data";
        return Row::problem(SERVER, "data_folder", format!("{shown} is no folder"), cure);
    }
    if let Err(error) = access(data, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK) {
        let found = format!("{shown} cannot be written: {error}");
        let cure = format!("give it to the user this runs as: chown -R \"$USER\" {}", quoted(data));
        return Row::problem(SERVER, "data_folder", found, cure);
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let found = format!("others may look into {shown} (mode {mode:o})");
        return Row::warning(SERVER, "data_folder", found, format!("chmod 700 {}", quoted(data)));
    }
    Row::ok(SERVER, "data_folder", format!("{shown}, for its owner alone"))
}

fn room(data: &Path) -> Row {
    let free = match statvfs(data) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => return unreadable(data, &error.into()),
    };
    let found = format!("{} MiB free on the disk of {}", free / (1024 * 1024), data.display());
    let cure = "make room, or move the data folder to a larger disk while the server is stopped";
    match free {
        0..ROOM_MIN => Row::problem(SERVER, "free_space", found, cure),
        ROOM_MIN..ROOM_WANTED => Row::warning(SERVER, "free_space", found, cure),
        ROOM_WANTED.. => Row::ok(SERVER, "free_space", found),
    }
}

/// A secret that others can read; nothing is said of one that is well or not there.
fn secret(data: &Path, name: &str) -> Option<Row> {
    let path = data.join(name);
    let mode = fs::metadata(&path).ok()?.permissions().mode() & 0o777;
    let shown = path.display();
    (mode & 0o077 != 0).then(|| {
        let found = format!("others can read {shown} (mode {mode:o})");
        Row::problem(
            SERVER,
            "secrets",
            found,
            format!("chmod 600 {}, and take what was in it for known", quoted(&path)),
        )
    })
}

fn missing_key(data: &Path) -> Option<Row> {
    let (vault, key) = (data.join("vault"), data.join(MASTER_KEY));
    let is_sealed = fs::read_dir(&vault).is_ok_and(|mut sealed| sealed.next().is_some());
    (is_sealed && !key.exists()).then(|| {
        let found = format!("{} holds sealed keys, but the master key is missing", vault.display());
        let cure = format!(
            "put the master key back into {} from your backup, or give it as POLUS_MASTER_KEY_FILE",
            key.display()
        );
        Row::problem(SERVER, "secrets", found, cure)
    })
}

fn unreadable(data: &Path, error: &io::Error) -> Row {
    let found = format!("{} cannot be looked at: {error}", data.display());
    Row::problem(SERVER, "data_folder", found, "run this as the user that the server runs as")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::fs::Permissions;

    use super::super::Verdict;
    use super::*;

    fn row(rows: &[Row], check: &str) -> Row {
        rows.iter().find(|row| row.check == check).unwrap().clone()
    }

    #[test]
    fn a_folder_of_its_owner_is_well_and_every_fault_has_its_cure() {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("data of a shop");
        let missing = row(&rows(&data, false), "data_folder");
        assert_eq!((missing.result, data.exists()), (Verdict::Warning, false));
        fs::create_dir_all(data.join("vault")).unwrap();
        fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
        assert_eq!(row(&rows(&data, false), "data_folder").result, Verdict::Ok);
        assert!(row(&rows(&data, false), "free_space").found.contains("MiB free"));
        assert!(rows(&data, false).iter().all(|row| row.check != "secrets"));

        fs::write(data.join("vault/acme"), "sealed").unwrap();
        assert!(row(&rows(&data, false), "secrets").found.contains("master key is missing"));
        assert!(rows(&data, true).iter().all(|row| row.check != "secrets"));
        fs::write(data.join(MASTER_KEY), "k").unwrap();
        fs::set_permissions(data.join(MASTER_KEY), Permissions::from_mode(0o644)).unwrap();
        let open = row(&rows(&data, false), "secrets");
        assert_eq!(open.result, Verdict::Problem);
        assert!(open.cure.unwrap().starts_with("chmod 600 '"), "{}", open.found);
        fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        let open = row(&rows(&data, false), "data_folder");
        assert_eq!(
            (open.result, open.cure.unwrap()),
            (Verdict::Warning, format!("chmod 700 '{}'", data.display()))
        );
        let file = parent.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(row(&rows(&file, false), "data_folder").result, Verdict::Problem);
    }
}
