import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * What Java's Avro says of pairs of schemas: a line {"old", "new", "seed"} on stdin, texts of schemas, is answered by a line
 * {"old", "new": why it cannot be parsed, or null; "backward", "forward": the judgement, where both can}. A judgement is {"found":
 * [[type, location, message]...]}, or {"thrown": message}; where nothing was found, "values" says how many random values of the writer
 * were written and read, and "failed" what became of the first that could not be.
 */
public class AvroJudge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VALUES = 6;

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader pairs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = pairs.readLine(); line != null; line = pairs.readLine()) {
      answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
    answers.flush();
  }

  private static ObjectNode answer(JsonNode pair) {
    ObjectNode answer = JSON.createObjectNode();
    Schema old = parse(pair, "old", answer);
    Schema updated = parse(pair, "new", answer);
    if (old != null && updated != null) {
      long seed = pair.get("seed").asLong();
      answer.set("backward", judgement(updated, old, seed));
      answer.set("forward", judgement(old, updated, seed));
    }
    return answer;
  }

  private static Schema parse(JsonNode pair, String side, ObjectNode answer) {
    try {
      Schema schema = new Schema.Parser().parse(pair.get(side).asText());
      answer.putNull(side);
      return schema;
    } catch (RuntimeException | StackOverflowError e) {
      answer.put(side, e.getClass().getSimpleName() + ": " + e.getMessage());
      return null;
    }
  }

  private static ObjectNode judgement(Schema reader, Schema writer, long seed) {
    ObjectNode judgement = JSON.createObjectNode();
    try {
      ArrayNode found = judgement.putArray("found");
      SchemaCompatibility.SchemaCompatibilityResult result =
          SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
      for (SchemaCompatibility.Incompatibility one : result.getIncompatibilities()) {
        found.addArray().add(one.getType().toString()).add(one.getLocation()).add(one.getMessage());
      }
      if (found.isEmpty()) {
        read(reader, writer, new Random(seed), judgement);
      }
    } catch (RuntimeException e) {
      judgement.put("thrown", String.valueOf(e.getMessage()));
    }
    return judgement;
  }

  private static void read(Schema reader, Schema writer, Random random, ObjectNode judgement) {
    int written = 0;
    for (int i = 0; i < VALUES; i++) {
      Object value;
      try {
        value = value(writer, random, 0);
      } catch (Endless e) {
        continue;
      }
      written++;
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<Object>(writer).write(value, encoder);
        encoder.flush();
        new GenericDatumReader<Object>(writer, reader)
            .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
      } catch (Exception | StackOverflowError e) {
        judgement.put("failed", e + " on " + value);
        break;
      }
    }
    judgement.put("values", written);
  }

  /** A type whose values have no end: a record that holds itself. */
  private static class Endless extends Exception {}

  private static Object value(Schema schema, Random random, int depth) throws Endless {
    if (depth > 60) {
      throw new Endless();
    }
    switch (schema.getType()) {
      case NULL:
        return null;
      case BOOLEAN:
        return random.nextBoolean();
      case INT:
        return random.nextInt(2000) - 1000;
      case LONG:
        return random.nextLong();
      case FLOAT:
        return random.nextFloat();
      case DOUBLE:
        return random.nextDouble();
      case STRING:
        return "s" + random.nextInt(100);
      case BYTES:
        return ByteBuffer.wrap(("b" + random.nextInt(100)).getBytes(StandardCharsets.UTF_8));
      case FIXED:
        return new GenericData.Fixed(schema, new byte[schema.getFixedSize()]);
      case ENUM:
        List<String> symbols = schema.getEnumSymbols();
        if (symbols.isEmpty()) {
          throw new Endless();
        }
        return new GenericData.EnumSymbol(schema, symbols.get(random.nextInt(symbols.size())));
      case ARRAY:
        List<Object> list = new ArrayList<>();
        for (int i = depth > 8 ? 0 : random.nextInt(3); i > 0; i--) {
          list.add(value(schema.getElementType(), random, depth + 1));
        }
        return new GenericData.Array<>(schema, list);
      case MAP:
        Map<String, Object> map = new HashMap<>();
        for (int i = depth > 8 ? 0 : random.nextInt(3); i > 0; i--) {
          map.put("k" + i, value(schema.getValueType(), random, depth + 1));
        }
        return map;
      case UNION:
        List<Schema> branches = schema.getTypes();
        if (branches.isEmpty()) {
          throw new Endless();
        }
        Schema branch = branches.get(random.nextInt(branches.size()));
        for (Schema other : branches) {
          boolean ends = other.getType() != Schema.Type.RECORD && other.getType() != Schema.Type.UNION;
          if (depth > 8 && ends) {
            branch = other;
          }
        }
        return value(branch, random, depth + 1);
      default:
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          record.put(field.pos(), value(field.schema(), random, depth + 1));
        }
        return record;
    }
  }
}
