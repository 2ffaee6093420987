use axum::extract::State;

use super::answer::{Answer, Answered};
use super::body::Body;
use super::path::Path;
use super::query::Query;
use super::state::StoreHandle;
use crate::api::{ConfigUpdate, Mode, ModeBody};
use crate::store::SubjectConfig;

pub(super) async fn get(State(store): State<StoreHandle>) -> Answered {
    Answer::ok(&store.read(|s| s.config(SubjectConfig::Global))?)
}

pub(super) async fn put(State(store): State<StoreHandle>, Body(update): Body<ConfigUpdate>) -> Answered {
    store.write(|s| s.set_config(None, &update))?;
    Answer::ok(&update)
}

pub(super) async fn reset(State(store): State<StoreHandle>) -> Answered {
    Answer::ok(&store.write(|s| s.delete_config(None))?)
}

pub(super) async fn get_own(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    Answer::ok(&store.read(|s| s.config(whose(&subject, &query)))?)
}

pub(super) async fn put_own(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    Body(update): Body<ConfigUpdate>,
) -> Answered {
    store.write(|s| s.set_config(Some(&subject), &update))?;
    Answer::ok(&update)
}

pub(super) async fn reset_own(State(store): State<StoreHandle>, Path(subject): Path<String>) -> Answered {
    Answer::ok(&store.write(|s| s.delete_config(Some(&subject)))?)
}

pub(super) async fn mode(State(store): State<StoreHandle>) -> Answered {
    said(store.read(|s| s.mode(SubjectConfig::Global))?)
}

pub(super) async fn put_mode(State(store): State<StoreHandle>, query: Query, Body(body): Body<ModeBody>) -> Answered {
    said(store.write(|s| s.set_mode(None, &body.mode, query.flag("force")))?)
}

pub(super) async fn reset_mode(State(store): State<StoreHandle>) -> Answered {
    said(store.write(|s| s.delete_mode(None))?)
}

pub(super) async fn own_mode(State(store): State<StoreHandle>, Path(subject): Path<String>, query: Query) -> Answered {
    said(store.read(|s| s.mode(whose(&subject, &query)))?)
}

pub(super) async fn put_own_mode(
    State(store): State<StoreHandle>,
    Path(subject): Path<String>,
    query: Query,
    Body(body): Body<ModeBody>,
) -> Answered {
    said(store.write(|s| s.set_mode(Some(&subject), &body.mode, query.flag("force")))?)
}

pub(super) async fn reset_own_mode(State(store): State<StoreHandle>, Path(subject): Path<String>) -> Answered {
    said(store.write(|s| s.delete_mode(Some(&subject)))?)
}

fn whose<'a>(subject: &'a str, query: &Query) -> SubjectConfig<'a> {
    if query.flag("defaultToGlobal") { SubjectConfig::OrGlobal(subject) } else { SubjectConfig::Own(subject) }
}

fn said(mode: Mode) -> Answered {
    Answer::ok(&ModeBody { mode: mode.name().to_owned() })
}
