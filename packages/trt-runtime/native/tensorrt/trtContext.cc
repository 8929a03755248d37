#include "tensorrt/trtContext.h"

#include "cuda/check.h"
#include "tensorrt/compat.h"
#include "tensorrt/logger.h"

namespace trtfairmot
{

namespace
{

std::string textOf(std::vector<int64_t> const& shape)
{
    std::string text;
    for (auto const size : shape)
    {
        text += (text.empty() ? "" : "x") + std::to_string(size);
    }
    return "[" + text + "]";
}

class LayerProfiler : public nvinfer1::IProfiler
{
public:
    void reportLayerTime(char const* layerName, float ms) noexcept override
    {
        mTimes.push_back({layerName, ms});
    }

    std::vector<LayerTime> mTimes;
};

// Vectorised formats pad one dimension to a multiple of the vector.
size_t paddedSize(nvinfer1::ICudaEngine const& engine, char const* name, std::vector<int64_t> shape)
{
    int32_t const dimension = engine.getTensorVectorizedDim(name);
    if (dimension >= 0 && dimension < static_cast<int32_t>(shape.size()))
    {
        int64_t const vector = engine.getTensorComponentsPerElement(name);
        shape[dimension] = (shape[dimension] + vector - 1) / vector * vector;
    }
    size_t size = compat::dtypeSize(engine.getTensorDataType(name));
    for (auto const length : shape)
    {
        size *= static_cast<size_t>(length < 0 ? 0 : length);
    }
    return size;
}

} // namespace

TrtContext::TrtContext(std::shared_ptr<TrtEngine> engine, int32_t profile)
    : mEngine(std::move(engine))
{
    LogListener const listener;
    useDevice(mEngine->device());
    mContext.reset(mEngine->get().createExecutionContext());
    if (!mContext)
    {
        (void) cudaGetLastError();
        throw NativeError(code::kOUT_OF_MEMORY,
            "Expected an execution context of " + std::to_string(mEngine->deviceMemorySize())
                + " bytes of device memory but received: " + listener.summary(),
            "close other programs on the GPU (see nvidia-smi), or use fewer slots or a smaller batch");
    }
    if (profile < 0 || profile >= mEngine->get().getNbOptimizationProfiles())
    {
        throw NativeError(code::kINVALID,
            "Expected an optimisation profile below " + std::to_string(mEngine->get().getNbOptimizationProfiles())
                + " but received " + std::to_string(profile));
    }
    if (profile > 0)
    {
        mContext->setOptimizationProfileAsync(profile, cudaStreamPerThread);
        CUDA_CHECK(cudaStreamSynchronize(cudaStreamPerThread));
    }
}

TrtContext::~TrtContext()
{
    (void) cudaSetDevice(mEngine->device());
    mContext.reset();
}

TensorInfo const& TrtContext::info(std::string const& name) const
{
    std::string names;
    for (auto const& tensor : mEngine->tensors())
    {
        if (tensor.name == name)
        {
            return tensor;
        }
        names += (names.empty() ? "" : ", ") + tensor.name;
    }
    throw NativeError(code::kINVALID, "Expected one of the engine's tensors (" + names + ") but received " + name);
}

void TrtContext::setInputShape(std::string const& name, std::vector<int64_t> const& shape)
{
    auto const& tensor = info(name);
    LogListener const listener;
    if (!tensor.isInput || !mContext->setInputShape(name.c_str(), compat::dimsFrom(shape)))
    {
        auto const range = tensor.profiles.empty() ? std::string()
                                                   : " between " + textOf(tensor.profiles[0].min) + " and "
                + textOf(tensor.profiles[0].max);
        throw NativeError(code::kINVALID,
            "Expected " + name + " to have shape " + textOf(tensor.shape) + range + " but received " + textOf(shape),
            "use a size within the engine's profile, or build an engine for this size");
    }
}

std::vector<int64_t> TrtContext::tensorShape(std::string const& name) const
{
    (void) info(name);
    return compat::shapeFrom(mContext->getTensorShape(name.c_str()));
}

size_t TrtContext::tensorSize(std::string const& name) const
{
    return paddedSize(mEngine->get(), name.c_str(), tensorShape(name));
}

void TrtContext::setTensorAddress(std::string const& name, void* address)
{
    (void) info(name);
    if (!mContext->setTensorAddress(name.c_str(), address))
    {
        throw NativeError(
            code::kTENSORRT, "Expected TensorRT to accept a buffer for " + name + " but it refused (misaligned?)");
    }
}

void TrtContext::enqueue(cudaStream_t stream)
{
    useDevice(mEngine->device());
    LogListener const listener;
    if (!mContext->enqueueV3(stream))
    {
        (void) cudaGetLastError();
        throw NativeError(code::kTENSORRT, "Expected the engine to run but received: " + listener.summary(),
            "set every input's shape and a buffer for every tensor first");
    }
}

std::vector<LayerTime> TrtContext::profile(cudaStream_t stream)
{
    LayerProfiler profiler;
    mContext->setProfiler(&profiler);
    try
    {
        enqueue(stream);
        CUDA_CHECK(cudaStreamSynchronize(stream));
    }
    catch (...)
    {
        mContext->setProfiler(nullptr);
        throw;
    }
    mContext->setProfiler(nullptr);
    return profiler.mTimes;
}

int TrtContext::device() const
{
    return mEngine->device();
}

} // namespace trtfairmot
