// Streams, events, copies and graphs. Whatever is submitted to a stream runs on the stream's own thread, in order.
#include "bindings/arguments.h"
#include "bindings/bindings.h"
#include "bindings/guard.h"
#include "bindings/handle.h"
#include "cuda/check.h"
#include "cuda/graph.h"
#include "cuda/memory.h"
#include "cuda/stream.h"

namespace trtfairmot
{

namespace
{

// streamCreate(device): Promise<Stream>
Napi::Value streamCreate(Napi::CallbackInfo const& info)
{
    auto const device = static_cast<int>(integerFrom(info[0], "device"));
    return runAsync(
        info.Env(), [device] { return std::make_shared<CudaStream>(device); },
        [](Napi::Env env, std::shared_ptr<CudaStream> stream) { return handleFrom(env, std::move(stream)); });
}

// streamSynchronize(stream): Promise<void>, fulfilled when everything submitted so far is done
Napi::Value streamSynchronize(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto settler = std::make_shared<Settler>(info.Env());
    auto promise = settler->promise();
    stream->submitter().post([stream, settler] {
        try
        {
            auto event = std::make_shared<CudaEvent>(stream->device(), false);
            CUDA_CHECK(cudaEventRecord(event->get(), stream->get()));
            stream->waiter().post([stream, settler, event] {
                try
                {
                    event->wait();
                    settler->resolve();
                }
                catch (...)
                {
                    settler->reject(currentError());
                }
            });
        }
        catch (...)
        {
            settler->reject(currentError());
        }
    });
    return promise;
}

// eventCreate(device): Promise<Event>
Napi::Value eventCreate(Napi::CallbackInfo const& info)
{
    auto const device = static_cast<int>(integerFrom(info[0], "device"));
    return runAsync(
        info.Env(), [device] { return std::make_shared<CudaEvent>(device, true); },
        [](Napi::Env env, std::shared_ptr<CudaEvent> event) { return handleFrom(env, std::move(event)); });
}

// eventRecord(event, stream): Promise<void>
Napi::Value eventRecord(Napi::CallbackInfo const& info)
{
    auto const event = resourceOf<CudaEvent>(info[0]);
    auto const stream = resourceOf<CudaStream>(info[1]);
    return runOn(stream->submitter(), info.Env(), [event, stream] {
        useDevice(stream->device());
        CUDA_CHECK(cudaEventRecord(event->get(), stream->get()));
    });
}

// eventElapsed(from, to): number, milliseconds between two events that have been reached
Napi::Value eventElapsed(Napi::CallbackInfo const& info)
{
    auto const from = resourceOf<CudaEvent>(info[0]);
    auto const to = resourceOf<CudaEvent>(info[1]);
    useDevice(from->device());
    float milliseconds = 0;
    CUDA_CHECK(cudaEventElapsedTime(&milliseconds, from->get(), to->get()));
    return Napi::Number::New(info.Env(), milliseconds);
}

void requireRange(size_t offset, size_t size, size_t available, char const* name)
{
    if (offset > available || size > available - offset)
    {
        throw NativeError(code::kINVALID,
            "Expected a copy within the " + std::to_string(available) + " bytes of the " + name + " but received "
                + std::to_string(size) + " bytes at " + std::to_string(offset));
    }
}

// copy(stream, deviceBuffer, deviceOffset, pinnedBuffer, pinnedOffset, size): Promise<void>
template <cudaMemcpyKind kDIRECTION>
Napi::Value copy(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto const device = resourceOf<DeviceMemory>(info[1]);
    auto const deviceOffset = sizeFrom(info[2], "deviceOffset");
    auto const pinned = resourceOf<PinnedMemory>(info[3]);
    auto const pinnedOffset = sizeFrom(info[4], "pinnedOffset");
    auto const size = sizeFrom(info[5], "size");
    requireRange(deviceOffset, size, device->size(), DeviceMemory::kNAME);
    requireRange(pinnedOffset, size, pinned->size(), PinnedMemory::kNAME);
    return runOn(stream->submitter(), info.Env(), [=] {
        useDevice(stream->device());
        void* const onDevice = device->as<char>() + deviceOffset;
        void* const onHost = pinned->as<char>() + pinnedOffset;
        bool const upload = kDIRECTION == cudaMemcpyHostToDevice;
        CUDA_CHECK(cudaMemcpyAsync(
            upload ? onDevice : onHost, upload ? onHost : onDevice, size, kDIRECTION, stream->get()));
    });
}

// captureBegin(stream): Promise<void>; until captureEnd, what is submitted is recorded instead of run
Napi::Value captureBegin(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    return runOn(stream->submitter(), info.Env(), [stream] {
        useDevice(stream->device());
        CUDA_CHECK(cudaStreamBeginCapture(stream->get(), cudaStreamCaptureModeThreadLocal));
    });
}

// captureEnd(stream): Promise<CudaGraph>
Napi::Value captureEnd(Napi::CallbackInfo const& info)
{
    auto const stream = resourceOf<CudaStream>(info[0]);
    auto settler = std::make_shared<Settler>(info.Env());
    auto promise = settler->promise();
    stream->submitter().post([stream, settler] {
        try
        {
            auto graph = CudaGraph::endCapture(stream->device(), stream->get());
            settler->resolve([graph](Napi::Env env) { return handleFrom(env, graph); });
        }
        catch (...)
        {
            settler->reject(currentError());
        }
    });
    return promise;
}

// graphLaunch(graph, stream): Promise<void>
Napi::Value graphLaunch(Napi::CallbackInfo const& info)
{
    auto const graph = resourceOf<CudaGraph>(info[0]);
    auto const stream = resourceOf<CudaStream>(info[1]);
    return runOn(stream->submitter(), info.Env(), [graph, stream] { graph->launch(stream->get()); });
}

// graphNodeCount(graph): number
Napi::Value graphNodeCount(Napi::CallbackInfo const& info)
{
    return Napi::Number::New(info.Env(), static_cast<double>(resourceOf<CudaGraph>(info[0])->nodeCount()));
}

} // namespace

void registerStreams(Napi::Object exports)
{
    expose<&streamCreate>(exports, "streamCreate");
    expose<&streamSynchronize>(exports, "streamSynchronize");
    expose<&eventCreate>(exports, "eventCreate");
    expose<&eventRecord>(exports, "eventRecord");
    expose<&eventElapsed>(exports, "eventElapsed");
    expose<&copy<cudaMemcpyHostToDevice>>(exports, "copyToDevice");
    expose<&copy<cudaMemcpyDeviceToHost>>(exports, "copyToHost");
    expose<&captureBegin>(exports, "captureBegin");
    expose<&captureEnd>(exports, "captureEnd");
    expose<&graphLaunch>(exports, "graphLaunch");
    expose<&graphNodeCount>(exports, "graphNodeCount");
}

} // namespace trtfairmot
