//! What a data folder keeps, and whom it lets in.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_folder_is_private_and_keeps_what_it_drew() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("deep/data");
    let folder = DataFolder::open(&path).unwrap();
    assert_eq!(mode(&path), 0o700);
    let token = folder.admin_token(None).unwrap();
    assert_eq!(token.made_in.as_deref(), Some(&*path.join(ADMIN_TOKEN)));
    assert_eq!(mode(&path.join(ADMIN_TOKEN)), 0o600);
    assert!(folder.master_key(None).unwrap().made_in.is_some());
    assert_eq!(mode(&path.join(MASTER_KEY)), 0o600);
    let name = folder.installation().unwrap();
    drop(folder);

    let folder = DataFolder::open(&path).unwrap();
    let again = folder.admin_token(None).unwrap();
    assert!(again.made_in.is_none());
    assert_eq!(again.value.expose_secret(), token.value.expose_secret());
    assert_eq!(read_admin_token(&path).unwrap().expose_secret(), token.value.expose_secret());
    assert!(folder.master_key(None).unwrap().made_in.is_none());
    assert_eq!(folder.installation().unwrap(), name);
    assert_eq!(name.0.len(), INSTALLATION_CHARACTERS);
}

#[test]
fn a_second_holder_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("data");
    let _held = DataFolder::open(&path).unwrap();
    assert!(matches!(DataFolder::open(&path), Err(DataError::InUse(_))));
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("letter"), "dear").unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(DataFolder::open(place.path()), Err(DataError::Foreign(_))));
    assert_eq!(mode(place.path()), 0o755);
}

#[test]
fn a_place_that_cannot_be_written_says_so() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    let error = DataFolder::open(&file.join("data")).err().unwrap();
    assert!(error.to_string().contains("cannot be written"), "{error}");
}

#[test]
fn no_new_master_key_is_made_while_something_is_sealed_with_an_old_one() {
    let place = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(&place.path().join("data")).unwrap();
    fs::create_dir(folder.vault()).unwrap();
    fs::write(folder.vault().join("acme.sealed"), "x").unwrap();
    assert!(matches!(folder.master_key(None), Err(DataError::MasterKeyMissing { .. })));
}

#[test]
fn a_damaged_file_is_named() {
    let place = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(&place.path().join("data")).unwrap();
    for (name, text) in [(INSTALLATION, "a b"), (MASTER_KEY, "short"), (ADMIN_TOKEN, " \n")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let errors = [
        folder.installation().err().unwrap(),
        folder.master_key(None).err().unwrap(),
        folder.admin_token(None).err().unwrap(),
    ];
    assert!(errors.iter().all(|error| matches!(error, DataError::Damaged { .. })));
}
