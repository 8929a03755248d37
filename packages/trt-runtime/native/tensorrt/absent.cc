// Stands in for everything of TensorRT where its headers were not there at compile time.
#include "common/nativeError.h"
#include "tensorrt/buildNetwork.h"
#include "tensorrt/engine.h"

namespace trtfairmot
{

namespace
{

[[noreturn]] void throwAbsent()
{
    throw NativeError(code::kTENSORRT_ABSENT,
        "Expected an addon built with TensorRT's headers but received one built without TensorRT headers",
        "build it again with TENSORRT_INCLUDE_DIR set to the folder that holds NvInfer.h: npm run native");
}

} // namespace

std::shared_ptr<Engine> loadEngine(int, void const*, size_t)
{
    throwAbsent();
}

BuildResult buildNetwork(BuildRequest const&)
{
    throwAbsent();
}

void setTensorrtFolder(std::string const&) {}

TensorrtInfo tensorrtInfo()
{
    return {false, "", "", "", "", "built without TensorRT headers"};
}

void loadPlugins(std::vector<std::string> const& paths)
{
    if (!paths.empty())
    {
        throwAbsent();
    }
}

std::vector<std::string> pluginNames()
{
    return {};
}

} // namespace trtfairmot
