//! A value of a JSON Schema: drawn from all that holds at a place, and then held to the whole schema.

use serde_json::{Map, Value};
use topika_contract::json_schema::{JsonType, Node, NodeId, Schema};
use topika_contract::text::json::Json;

use super::avro::uuid;
use super::check::{check, same_type, value_of};
use super::error::Refusal;
use super::numbers::{self, Decimal};
use super::pattern;
use super::random::Random;
use super::words;

/// From this depth on nothing optional is drawn.
const DEEP: usize = 4;
/// Beyond this depth there is no value.
const DEEPEST: usize = 40;
/// Texts are drawn anew so often, until their length fits.
const TRIES: usize = 40;
/// Values within others are drawn anew so often, until they fit.
const FITS: usize = 8;
/// More than that are not drawn for one event.
const MOST_STEPS: usize = 20_000;

/// Draws a value that the schema takes, or says what was in the way this time.
pub(super) fn draw(schema: &Schema, random: &mut Random) -> Result<Value, Refusal> {
    let mut drawing = Drawing { schema, random, steps: 0 };
    let value = drawing.value(&[schema.root()], "", "", 0)?;
    check(schema, schema.root(), &value, "")?;
    Ok(value)
}

struct Drawing<'s> {
    schema: &'s Schema,
    random: &'s mut Random,
    steps: usize,
}

impl<'s> Drawing<'s> {
    fn value(&mut self, ids: &[NodeId], name: &str, path: &str, depth: usize) -> Result<Value, Refusal> {
        if depth > DEEPEST {
            return Err(Refusal::new(path, "$ref", "each value of its type holds another one"));
        }
        let group = self.group(ids);
        if group.iter().any(|node| node.boolean == Some(false)) {
            return Err(Refusal::new(path, "false", "nothing may stand there"));
        }
        if let Some(constant) = group.iter().find_map(|node| node.constant.as_ref()) {
            return Ok(value_of(constant));
        }
        let mut lists = group.iter().filter_map(|node| node.variants.as_ref());
        if let Some(first) = lists.next() {
            let others: Vec<&Vec<Json>> = lists.collect();
            let in_all = |one: &&Json| others.iter().all(|list| list.iter().any(|other| other.same(one)));
            let left: Vec<&Json> = first.iter().filter(in_all).collect();
            let one = self.random.one(&left).ok_or_else(|| Refusal::new(path, "enum", "no value is in all lists"))?;
            return Ok(value_of(one));
        }
        match self.type_of(&group, path, depth)? {
            JsonType::Null => Ok(Value::Null),
            JsonType::Boolean => Ok(Value::Bool(self.random.percent(50))),
            JsonType::Integer => self.number(&group, name, path, true),
            JsonType::Number => self.number(&group, name, path, false),
            JsonType::String => self.text(&group, name, path).map(Value::String),
            JsonType::Array => self.array(&group, name, path, depth),
            JsonType::Object => self.object(&group, path, depth),
        }
    }

    /// A value that each of these takes: here a few tries are cheap, and of the whole they are not.
    fn fitting(&mut self, ids: &[NodeId], name: &str, path: &str, depth: usize) -> Result<Value, Refusal> {
        let mut last = Refusal::new(path, "schema", "it takes too long");
        for _ in 0..FITS {
            self.steps = self.steps.saturating_add(1);
            if self.steps > MOST_STEPS {
                return Err(last);
            }
            let drawn = self
                .value(ids, name, path, depth)
                .and_then(|value| ids.iter().try_for_each(|id| check(self.schema, *id, &value, path)).map(|()| value));
            match drawn {
                Ok(value) => return Ok(value),
                Err(refusal) => last = refusal,
            }
        }
        Err(last)
    }

    /// All that holds there: what is referred to, what is said together, and one branch of each union.
    fn group(&mut self, ids: &[NodeId]) -> Vec<&'s Node> {
        let (mut open, mut seen, mut group) = (ids.to_vec(), Vec::new(), Vec::new());
        while let Some(id) = open.pop() {
            let Some(node) = self.schema.node(id).filter(|_| !seen.contains(&id)) else { continue };
            seen.push(id);
            group.push(node);
            open.extend(node.reference);
            open.extend(&node.all_of);
            open.extend(self.random.one(&node.one_of));
            open.extend(self.random.one(&node.any_of));
            if let Some(condition) = node.asks.condition {
                match self.random.percent(50) {
                    true => open.extend([Some(condition), node.asks.then].into_iter().flatten()),
                    false => open.extend(node.asks.otherwise),
                }
            }
        }
        group
    }

    fn type_of(&mut self, group: &[&Node], path: &str, depth: usize) -> Result<JsonType, Refusal> {
        const ALL: [JsonType; 6] =
            [JsonType::String, JsonType::Number, JsonType::Boolean, JsonType::Object, JsonType::Array, JsonType::Null];
        let mut said = group.iter().map(|node| &node.types).filter(|types| !types.is_empty());
        let Some(first) = said.next() else { return Ok(implied(group)) };
        let mut left = first.clone();
        for types in said {
            // An integer is a number, and the narrower of the two is meant.
            let narrower: Vec<JsonType> =
                left.iter().flat_map(|one| types.iter().filter_map(|other| same_type(*one, *other))).collect();
            left = narrower;
        }
        let scalar = |ty: &&JsonType| !matches!(ty, JsonType::Object | JsonType::Array);
        if depth >= DEEP && left.len() > 1 {
            let flat: Vec<JsonType> = left.iter().filter(scalar).copied().collect();
            left = if flat.is_empty() { left } else { flat };
        }
        let found = self.random.one(&left).copied();
        found
            .or_else(|| ALL.into_iter().find(|ty| left.contains(ty)))
            .ok_or_else(|| Refusal::new(path, "type", "no type is in all lists"))
    }

    fn number(&mut self, group: &[&Node], name: &str, path: &str, whole: bool) -> Result<Value, Refusal> {
        let refused = |keyword: &str| Refusal::new(path, keyword, "no number was found");
        let all = |keyword: &'static str| numbers_of(group, keyword);
        let is_set = |node: &Node, keyword: &str| {
            node.assertions.iter().any(|(name, json)| name == keyword && json.as_bool() == Some(true))
        };
        // In steps of the finest of what is said; a step more keeps off what is excluded.
        let steps: Vec<Decimal> = all("multipleOf").collect();
        let bounds: Vec<Decimal> =
            ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].into_iter().flat_map(all).collect();
        let scale = match (whole, steps.is_empty()) {
            (true, _) => steps.iter().map(|step| step.scale).max().unwrap_or_default(),
            (false, true) => bounds.iter().map(|bound| bound.scale).max().unwrap_or_default().max(2),
            (false, false) => steps.iter().chain(&bounds).map(|one| one.scale).max().unwrap_or_default(),
        };
        let mut step = if whole { 10_i128.checked_pow(scale).ok_or_else(|| refused("multipleOf"))? } else { 1 };
        for one in &steps {
            let one = one.at(scale).filter(|one| *one > 0).ok_or_else(|| refused("multipleOf"))?;
            step = least_common(step, one).ok_or_else(|| refused("multipleOf"))?;
        }
        let (mut least, mut most) = (None::<i128>, None::<i128>);
        let above = |bound: Decimal, exclusive: bool| {
            let at = bound.at(scale)?;
            let is_exact = Decimal { digits: at, scale }.number() == bound.number();
            Some(if exclusive || !is_exact { at + 1 } else { at })
        };
        let below = |bound: Decimal, exclusive: bool| {
            let at = bound.at(scale)?;
            let is_exact = Decimal { digits: at, scale }.number() == bound.number();
            Some(if exclusive && is_exact { at - 1 } else { at })
        };
        for node in group {
            for (keyword, json) in &node.assertions {
                let Some(bound) = json.as_number().and_then(Decimal::read) else { continue };
                let found = match keyword.as_str() {
                    "minimum" => above(bound, is_set(node, "exclusiveMinimum")).map(|at| (Some(at), None)),
                    "exclusiveMinimum" => above(bound, true).map(|at| (Some(at), None)),
                    "maximum" => below(bound, is_set(node, "exclusiveMaximum")).map(|at| (None, Some(at))),
                    "exclusiveMaximum" => below(bound, true).map(|at| (None, Some(at))),
                    _ => continue,
                };
                let (low, high) = found.ok_or_else(|| refused(keyword))?;
                least = least.max(low);
                most = [most, high].into_iter().flatten().min();
            }
        }
        let one = 10_i128.checked_pow(scale).ok_or_else(|| refused("multipleOf"))?;
        let wanted = numbers::whole(name, self.random).saturating_mul(one)
            + if whole { 0 } else { self.random.between(0, one - 1) };
        let (low, high) = match (least, most) {
            (None, None) => (0, wanted.max(step)),
            (Some(low), None) => (low, low.saturating_add(wanted).saturating_add(step)),
            (None, Some(high)) => (high.saturating_sub(wanted).saturating_sub(step), high),
            (Some(low), Some(high)) => (low, high),
        };
        let (first, last) = (ceil(low, step), high.div_euclid(step));
        if first > last {
            return Err(refused(if steps.is_empty() { "minimum" } else { "multipleOf" }));
        }
        let digits = self.random.between(first, last).saturating_mul(step);
        Decimal { digits, scale }.number().map(Value::Number).ok_or_else(|| refused("maximum"))
    }

    fn text(&mut self, group: &[&Node], name: &str, path: &str) -> Result<String, Refusal> {
        let least = sizes(group, "minLength").max().unwrap_or_default();
        let most = sizes(group, "maxLength").min();
        let format = group.iter().find_map(|node| node.format.as_deref());
        let patterns: Vec<&str> = asserted(group, "pattern").filter_map(Json::as_str).collect();
        for _ in 0..TRIES {
            let text = match (format, patterns.first()) {
                (_, Some(pattern)) => pattern::text(pattern, least, most, self.random).ok_or_else(|| {
                    Refusal::new(path, "pattern", format!("`{pattern}` is none that texts are drawn of"))
                })?,
                (Some(format), None) => formatted(format, name, self.random),
                (None, None) => sized(words::text(name, self.random), least, most, self.random),
            };
            let length = text.chars().count();
            if length >= least && most.is_none_or(|most| length <= most) {
                return Ok(text);
            }
        }
        let keyword = if format.is_some() {
            "format"
        } else if patterns.is_empty() {
            "maxLength"
        } else {
            "pattern"
        };
        Err(Refusal::new(path, keyword, "no text of it has the length that is asked for"))
    }

    fn array(&mut self, group: &[&Node], name: &str, path: &str, depth: usize) -> Result<Value, Refusal> {
        let prefix = group.iter().map(|node| node.prefix_items.len()).max().unwrap_or_default();
        let least = sizes(group, "minItems").max().unwrap_or_default();
        let most = sizes(group, "maxItems").min().unwrap_or(usize::MAX);
        let contains: Vec<NodeId> = group.iter().filter_map(|node| node.asks.contains).collect();
        let contained = if contains.is_empty() { 0 } else { sizes(group, "minContains").max().unwrap_or(1) };
        let wanted = if depth >= DEEP { 0 } else { 1 + self.random.index(3) };
        let count = wanted.max(least).max(contained).max(if depth >= DEEP { 0 } else { prefix }).min(most);
        let is_unique = asserted(group, "uniqueItems").any(|json| json.as_bool() == Some(true));
        let mut items: Vec<Value> = Vec::new();
        for index in 0..count {
            let mut holds: Vec<NodeId> = group.iter().filter_map(|node| item_of(node, index)).collect();
            if index >= prefix && index < prefix.saturating_add(contained) {
                holds.extend(&contains);
            }
            let path = format!("{path}[{index}]");
            let mut tries = 0;
            let item = loop {
                let item = self.fitting(&holds, name, &path, depth + 1)?;
                if !is_unique || !items.contains(&item) {
                    break Some(item);
                }
                tries += 1;
                if tries == TRIES {
                    break None;
                }
            };
            match item {
                Some(item) => items.push(item),
                None if items.len() >= least => break,
                None => return Err(Refusal::new(&path, "uniqueItems", "no other item was found")),
            }
        }
        Ok(Value::Array(items))
    }

    fn object(&mut self, group: &[&Node], path: &str, depth: usize) -> Result<Value, Refusal> {
        let least = sizes(group, "minProperties").max().unwrap_or_default();
        let most = sizes(group, "maxProperties").min().unwrap_or(usize::MAX);
        let mut required: Vec<&str> =
            group.iter().flat_map(|node| &node.required).map(|one| one.name.as_str()).collect();
        let mut names: Vec<String> = Vec::new();
        let known: Vec<&str> = group.iter().flat_map(|node| &node.properties).map(|one| one.name.as_str()).collect();
        for name in &known {
            let is_required = required.contains(name);
            let is_wanted = is_required || depth < DEEP && self.random.percent(70) && names.len() < most;
            if is_wanted && !names.iter().any(|other| other == name) {
                names.push((*name).to_owned());
            }
        }
        let mut at = 0;
        while let Some(name) = names.get(at).cloned() {
            let brought = group.iter().flat_map(|node| &node.asks.dependent_required).filter(|of| of.name == name);
            required.extend(brought.flat_map(|of| &of.required).map(String::as_str));
            for name in required.drain(..) {
                if !names.iter().any(|other| other == name) {
                    names.push(name.to_owned());
                }
            }
            at += 1;
        }
        for name in required {
            names.push(name.to_owned());
        }
        let is_map = known.is_empty();
        let wanted = if is_map && depth < DEEP { 1 + self.random.index(3) } else { 0 };
        let mut tries = 0;
        while names.len() < least.max(wanted).min(most) && tries < TRIES {
            tries += 1;
            let name = self.new_name(group, &known);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.truncate(most.max(1));
        let mut object = Map::new();
        for name in names {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let mut holds = Vec::new();
            for node in group {
                holds.extend(holding(node, &name));
            }
            match self.fitting(&holds, &name, &path, depth + 1) {
                Ok(value) => drop(object.insert(name, value)),
                // What has no value, and need not be there, is left out.
                Err(_) if is_free(group, &name) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(Value::Object(object))
    }

    /// A name that is none of the known ones, as the object's own rules for names have it.
    fn new_name(&mut self, group: &[&Node], known: &[&str]) -> String {
        if let Some(name) = self.random.one(known).filter(|_| self.random.percent(50)) {
            return (*name).to_owned();
        }
        let patterns: Vec<&str> =
            group.iter().flat_map(|node| &node.pattern_properties).map(|one| one.name.as_str()).collect();
        let asked: Vec<NodeId> = group.iter().filter_map(|node| node.asks.property_names).collect();
        if let Some(pattern) = self.random.one(&patterns)
            && let Some(name) = pattern::text(pattern, 1, None, self.random)
        {
            return name;
        }
        if !asked.is_empty() {
            let names = self.group(&asked);
            if let Some(constant) = names.iter().find_map(|node| node.variants.as_ref())
                && let Some(name) = self.random.one(constant).and_then(Json::as_str)
            {
                return name.to_owned();
            }
            if let Ok(name) = self.text(&names, "", "") {
                return name;
            }
        }
        format!("{}{}", words::plain(self.random), self.random.between(1, 99))
    }
}

/// Whether the object may do without the property.
fn is_free(group: &[&Node], name: &str) -> bool {
    let is_required = |node: &&Node| {
        node.required.iter().any(|one| one.name == name)
            || node.asks.dependent_required.iter().any(|of| of.required.iter().any(|other| other == name))
    };
    !group.iter().any(is_required)
}

/// The schemas that hold for a property of that name.
pub(super) fn holding<'n>(node: &'n Node, name: &'n str) -> Vec<NodeId> {
    let mut holds: Vec<NodeId> = node.properties.iter().filter(|one| one.name == name).map(|one| one.node).collect();
    let matching = node.pattern_properties.iter().filter(|one| pattern::matches(&one.name, name));
    holds.extend(matching.map(|one| one.node));
    if holds.is_empty() {
        holds.extend(node.additional);
    }
    holds
}

/// The schema that holds for the item there.
pub(super) fn item_of(node: &Node, index: usize) -> Option<NodeId> {
    match node.prefix_items.get(index) {
        Some(item) => Some(*item),
        None if node.prefix_items.is_empty() => node.items,
        None => node.rest_items,
    }
}

pub(super) fn asserted<'n>(group: &'n [&'n Node], keyword: &'n str) -> impl Iterator<Item = &'n Json> {
    let of =
        move |node: &'n &'n Node| node.assertions.iter().filter(move |(name, _)| name == keyword).map(|(_, json)| json);
    group.iter().flat_map(of)
}

pub(super) fn sizes<'n>(group: &'n [&'n Node], keyword: &'n str) -> impl Iterator<Item = usize> {
    asserted(group, keyword).filter_map(Json::as_number).filter_map(|text| {
        let size = Decimal::read(text)?.at(0)?;
        usize::try_from(size).ok()
    })
}

pub(super) fn numbers_of<'n>(group: &'n [&'n Node], keyword: &'n str) -> impl Iterator<Item = Decimal> {
    asserted(group, keyword).filter_map(Json::as_number).filter_map(Decimal::read)
}

/// What a schema without `type` speaks of.
fn implied(group: &[&Node]) -> JsonType {
    let has = |names: &[&str]| {
        group.iter().any(|node| node.assertions.iter().any(|(name, _)| names.contains(&name.as_str())))
    };
    let any = |is: &dyn Fn(&Node) -> bool| group.iter().any(|node| is(node));
    if any(&|node| {
        !node.properties.is_empty()
            || !node.required.is_empty()
            || node.additional.is_some()
            || !node.pattern_properties.is_empty()
    }) || has(&["minProperties", "maxProperties"])
    {
        JsonType::Object
    } else if any(&|node| node.items.is_some() || !node.prefix_items.is_empty() || node.asks.contains.is_some())
        || has(&["minItems", "maxItems", "uniqueItems"])
    {
        JsonType::Array
    } else if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
        JsonType::Number
    } else {
        JsonType::String
    }
}

/// A text as long as it may be.
fn sized(mut text: String, least: usize, most: Option<usize>, random: &mut Random) -> String {
    while text.chars().count() < least {
        text.push(' ');
        text.push_str(words::plain(random));
    }
    match most.and_then(|most| text.char_indices().nth(most)) {
        Some((end, _)) => {
            text.truncate(end);
            let kept = text.trim_end().to_owned();
            // What a cut leaves of a word may be white space.
            if kept.chars().count() >= least { kept } else { text }
        }
        None => text,
    }
}

fn formatted(format: &str, name: &str, random: &mut Random) -> String {
    let mut part = |least: i128, most: i128| random.between(least, most);
    let date = format!("20{:02}-{:02}-{:02}", part(20, 29), part(1, 12), part(1, 28));
    let time = format!("{:02}:{:02}:{:02}Z", part(0, 23), part(0, 59), part(0, 59));
    let number = part(1, 254);
    match format {
        "date" => date,
        "date-time" => format!("{date}T{time}"),
        "time" => time,
        "duration" => format!("PT{number}M"),
        "email" | "idn-email" => words::email(random),
        "hostname" | "idn-hostname" => format!("{}.example.com", words::plain(random)),
        "ipv4" => format!("192.0.2.{number}"),
        "ipv6" => format!("2001:db8::{number:x}"),
        "uri" | "iri" | "uri-reference" | "iri-reference" | "uri-template" => {
            format!("https://example.com/{}/{number}", words::plain(random))
        }
        "uuid" => uuid(random),
        "json-pointer" => format!("/{}/{number}", words::plain(random)),
        "relative-json-pointer" => format!("{}/{}", number % 3, words::plain(random)),
        "regex" => format!("^{}$", words::plain(random)),
        _ => words::text(name, random),
    }
}

fn ceil(value: i128, step: i128) -> i128 {
    value.div_euclid(step) + i128::from(value.rem_euclid(step) != 0)
}

fn least_common(one: i128, other: i128) -> Option<i128> {
    let (mut a, mut b) = (one, other);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (one / a).checked_mul(other)
}
