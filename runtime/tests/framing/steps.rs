//! One topic as programs have it that were built at different steps of its move, written in Rust first.

#![allow(dead_code)] // Of most steps nobody asks for the router.

macro_rules! step {
    ($step:ident: $($attribute:tt)*) => {
        pub(crate) mod $step {
            #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema, topika::Event)]
            #[event(name = "web.page-viewed", format = "json", project = "tests/framing")]
            pub(crate) struct PageViewed {
                pub(crate) page: String,
                pub(crate) visits: i64,
            }

            step!(@topic $($attribute)*);
        }
    };
    (@topic $($attribute:tt)*) => {
        #[derive(Clone, Debug, PartialEq, topika::Topic)]
        #[topic(name = "page-views", key = "page", $($attribute)*)]
        pub(crate) enum PageViews {
            PageViewed(PageViewed),
        }
    };
}

step!(plain: framing = "none");
step!(reading: framing = "none", mixed);
step!(writing: mixed);
step!(framed:);
