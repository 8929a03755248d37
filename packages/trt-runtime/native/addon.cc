// The addon's table of contents.
#include "bindings/bindings.h"
#include "bindings/handle.h"
#include "bindings/mainThread.h"

namespace
{

Napi::Object initialize(Napi::Env env, Napi::Object exports)
{
    trtfairmot::MainThread::install(env);
    trtfairmot::watchEnvironment(env);
    trtfairmot::registerMemory(exports);
    trtfairmot::registerStreams(exports);
    trtfairmot::registerEngines(exports);
    trtfairmot::registerKernels(exports);
    trtfairmot::registerCompact(exports);
    trtfairmot::registerBuilder(exports);
    trtfairmot::registerPipeline(exports);
    trtfairmot::registerProbe(exports);
    return exports;
}

} // namespace

NODE_API_MODULE(trt_fairmot, initialize)
