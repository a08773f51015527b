package baton.example;

import baton.example.Handler.TaskException;
import baton.v1.WorkerServiceOuterClass.GrantedTask;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannelBuilder;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The worker program: its handlers, and what it is told by its environment. */
public final class Main {
  private static final Map<String, Handler> HANDLERS =
      Map.of(
          "echo", GrantedTask::getPayload,
          "sleep", task -> {
            Thread.sleep(number(task));
            return ByteString.copyFromUtf8("slept");
          },
          "fail", task -> {
            String type = task.getPayload().toStringUtf8();
            throw new TaskException(type.replaceFirst("^!", ""), "asked to fail", type.startsWith("!"));
          },
          "trace", task -> ByteString.copyFromUtf8(Tracing.headers().get("traceparent")),
          "bytes", task -> ByteString.copyFrom(new byte[(int) number(task)]));

  private Main() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> environment = System.getenv();
    var channel =
        ManagedChannelBuilder.forTarget(environment.getOrDefault("BATON_ADDRESS", "127.0.0.1:7400"))
            .usePlaintext()
            .maxInboundMessageSize(8 << 20)
            .build();
    try (var tracing = new Tracing("baton-example-java")) {
      int concurrency = Integer.parseInt(environment.getOrDefault("BATON_CONCURRENCY", "4"));
      String queue = environment.getOrDefault("BATON_QUEUE", "demo");
      var worker = new Worker(channel, queue, HANDLERS, concurrency, tracing);
      var done = new CountDownLatch(1);
      // SIGTERM ends the machine when its hooks have returned, with 143 unless one halts it.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(worker, done)));
      worker.run();
      channel.shutdownNow();
      tracing.close();
      done.countDown();
    }
  }

  private static void drain(Worker worker, CountDownLatch done) {
    worker.drain();
    try {
      done.await();
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }

  private static long number(GrantedTask task) {
    return Long.parseLong(task.getPayload().toStringUtf8());
  }
}
