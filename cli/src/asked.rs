//! Many questions at once, and not too many.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use topika_registry::client::Error;

/// How many questions are under way at once.
const AT_ONCE: usize = 16;

/// The answers of all questions, in their order; the first error ends them.
pub(crate) async fn in_parallel<A: Send + 'static>(
    questions: impl IntoIterator<Item = impl Future<Output = Result<A, Error>> + Send + 'static>,
) -> Result<Vec<A>, Error> {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut asked = JoinSet::new();
    for (at, question) in questions.into_iter().enumerate() {
        let permits = Arc::clone(&permits);
        asked.spawn(async move {
            // The semaphore is never closed; without a permit the question is asked all the same.
            let _permit = permits.acquire().await;
            Ok::<_, Error>((at, question.await?))
        });
    }
    let mut answers = Vec::with_capacity(asked.len());
    while let Some(answer) = asked.join_next().await {
        // A task that panicked has said why; nobody may take what it was to bring for "nothing there".
        match answer {
            Ok(answer) => answers.push(answer?),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
