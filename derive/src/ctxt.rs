use proc_macro2::Span;

/// Everything that is wrong with one input: a person sees all of it at once.
#[derive(Default)]
pub(crate) struct Ctxt {
    errors: Option<syn::Error>,
}

impl Ctxt {
    pub(crate) fn error(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            None => self.errors = Some(error),
        }
    }

    /// `value`, where nothing was wrong.
    pub(crate) fn finish<T>(self, value: T) -> syn::Result<T> {
        self.errors.map_or(Ok(value), Err)
    }
}
