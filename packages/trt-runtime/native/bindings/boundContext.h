// An execution context together with the buffers bound to it, which it keeps alive.
#pragma once

#include "cuda/memory.h"
#include "tensorrt/engine.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace trtfairmot
{

struct BoundContext
{
    static constexpr char const* kNAME = "ExecutionContext";

    std::shared_ptr<ExecutionContext> context;
    std::map<std::string, std::shared_ptr<DeviceMemory>> buffers;
    // The main thread sets shapes and buffers, a stream's thread submits.
    std::mutex mutex;
};

} // namespace trtfairmot
