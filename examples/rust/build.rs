//! Generates the protocol's types from ../../proto, without a protoc.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let proto = "../../proto";
    println!("cargo:rerun-if-changed={proto}");
    let files = ["baton/v1/task_service.proto", "baton/v1/worker_service.proto"];
    let descriptors = protox::compile(files, [proto])?;
    tonic_prost_build::configure().build_server(false).compile_fds(descriptors)?;
    Ok(())
}
