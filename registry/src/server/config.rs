use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{Answer, Answered};
use super::body::{Body, read};
use super::coerced::{MODE, SETTINGS};
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::{ConfigUpdate, Mode, ModeBody};
use crate::store::SubjectConfig;

pub(super) async fn get(State(store): State<StoreHandle>, query: Query) -> Answered {
    Answer::ok(&store.read(|s| s.config(whose("", &query)))?)
}

pub(super) async fn put(State(store): State<StoreHandle>, body: Body) -> Answered {
    set(&store, None, body).await
}

pub(super) async fn reset(State(store): State<StoreHandle>) -> Answered {
    Answer::ok(&store.commit(|s| s.delete_config(None)).await??)
}

pub(super) async fn get_own(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    Answer::ok(&store.read(|s| s.config(whose(&subject, &query)))?)
}

pub(super) async fn put_own(State(store): State<StoreHandle>, Path(subject): Path<String>, body: Body) -> Answered {
    set(&store, Some(subject), body).await
}

pub(super) async fn reset_own(State(store): State<StoreHandle>, Path(subject): Path<String>) -> Answered {
    Answer::ok(&store.commit(move |s| s.delete_config(Some(&subject))).await??)
}

pub(super) async fn mode(State(store): State<StoreHandle>, query: Query) -> Answered {
    said(store.read(|s| s.mode(whose("", &query)))?)
}

pub(super) async fn put_mode(State(store): State<StoreHandle>, query: Query, body: Body) -> Answered {
    change_mode(&store, None, &query, body).await
}

pub(super) async fn reset_mode(State(store): State<StoreHandle>, query: Query) -> Answered {
    let recursive = query.flag("recursive");
    was(store.commit(move |s| s.delete_mode(None, recursive)).await??)
}

pub(super) async fn own_mode(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    said(store.read(|s| s.mode(whose(&subject, &query)))?)
}

pub(super) async fn put_own_mode(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    body: Body,
) -> Answered {
    change_mode(&store, Some(subject), &query, body).await
}

pub(super) async fn reset_own_mode(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
) -> Answered {
    let recursive = query.flag("recursive");
    was(store.commit(move |s| s.delete_mode(Some(&subject), recursive)).await??)
}

async fn set(store: &StoreHandle, subject: Option<String>, body: Body) -> Answered {
    let given = body.value(SETTINGS)?;
    let mut update: ConfigUpdate = read(given.clone())?;
    // A null takes a setting back, where leaving it out does not touch it.
    for (name, _) in given.as_object().into_iter().flatten().filter(|(_, value)| value.is_null()) {
        update.others.insert(name.clone(), Value::Null);
    }
    let config = store.commit(move |s| s.set_config(subject.as_deref(), &update)).await??;
    Answer::ok(&ConfigUpdate::from(config))
}

async fn change_mode(store: &StoreHandle, subject: Option<String>, query: &Query, body: Body) -> Answered {
    let body = body.value(MODE)?;
    if body.get("mode").is_some_and(Value::is_null) {
        store.commit(move |s| s.clear_mode(subject.as_deref())).await??;
        return Answer::ok(&json!({ "mode": null }));
    }
    let body: ModeBody = read(body)?;
    let (mode, force) = (body.mode.clone(), query.flag("force"));
    store.commit(move |s| s.set_mode(subject.as_deref(), &mode, force)).await??;
    Answer::ok(&body)
}

fn whose<'a>(subject: &'a str, query: &Query) -> SubjectConfig<'a> {
    if query.flag("defaultToGlobal") { SubjectConfig::OrGlobal(subject) } else { SubjectConfig::Own(subject) }
}

fn said(mode: Mode) -> Answered {
    Answer::ok(&ModeBody { mode: mode.name().to_owned() })
}

fn was(mode: Option<Mode>) -> Answered {
    Answer::ok(&json!({ "mode": mode }))
}
