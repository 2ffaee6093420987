import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;

/** Prints each schema of the files that are named, one a line, as Java prints it. Run from its source. */
public class AvroPrinter {
  public static void main(String[] files) throws Exception {
    StringBuilder out = new StringBuilder();
    for (String file : files) {
      out.append(new Schema.Parser().parse(Files.readString(Path.of(file)))).append('\n');
    }
    System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}
