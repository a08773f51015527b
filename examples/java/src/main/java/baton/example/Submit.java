package baton.example;

import baton.v1.TaskOuterClass.Task;
import baton.v1.TaskOuterClass.TaskSpec;
import baton.v1.TaskServiceGrpc;
import baton.v1.TaskServiceGrpc.TaskServiceBlockingStub;
import baton.v1.TaskServiceOuterClass.AwaitRequest;
import baton.v1.TaskServiceOuterClass.SubmitRequest;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Submits a task and waits for its result. */
public final class Submit {
  private static final int ATTEMPTS = 5;
  private static final int WAIT_SECONDS = 30;

  private Submit() {}

  public static void main(String[] args) {
    String type = args.length == 2 ? args[0] : "echo";
    String payload = args.length == 2 ? args[1] : "hello";
    Map<String, String> environment = System.getenv();
    String address = environment.getOrDefault("BATON_ADDRESS", "127.0.0.1:7400");
    var channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try (var tracing = new Tracing("baton-example-java-submit")) {
      var tasks = TaskServiceGrpc.newBlockingStub(channel);
      String queue = environment.getOrDefault("BATON_QUEUE", "demo");
      String taskId = submit(tasks, tracing, queue, type, ByteString.copyFromUtf8(payload));
      Task task = await(tasks, taskId);
      String value = task.getResult().getValue().toStringUtf8();
      System.out.println(taskId + " " + task.getState() + " " + value);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Stores a task, in a span that the worker's will hang under, and returns its id. */
  private static String submit(
      TaskServiceBlockingStub tasks, Tracing tracing, String queue, String type, ByteString payload) {
    Span span = tracing.startSend(queue, type);
    try (Scope scope = span.makeCurrent()) {
      var spec =
          TaskSpec.newBuilder()
              .setQueue(queue)
              .setType(type)
              .setPayload(payload)
              .putAllHeaders(Tracing.headers())
              // Makes it safe to submit again where the answer was lost.
              .setRequestId(UUID.randomUUID().toString());
      for (int attempt = 1; ; attempt++) {
        try {
          var request = SubmitRequest.newBuilder().setTask(spec).build();
          var answer = tasks.withDeadlineAfter(5, TimeUnit.SECONDS).submit(request);
          return answer.getReceipt().getTaskId();
        } catch (StatusRuntimeException error) {
          if (error.getStatus().getCode() != Status.Code.UNAVAILABLE || attempt == ATTEMPTS) {
            throw error;
          }
        }
      }
    } finally {
      span.end();
    }
  }

  private static Task await(TaskServiceBlockingStub tasks, String taskId) {
    var request = AwaitRequest.newBuilder().setTaskId(taskId).build();
    return tasks.withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS).await(request).getTask();
  }
}
