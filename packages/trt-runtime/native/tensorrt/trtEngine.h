#pragma once

#include "tensorrt/engine.h"

#include <NvInfer.h>

namespace trtfairmot
{

class TrtEngine : public Engine, public std::enable_shared_from_this<TrtEngine>
{
public:
    TrtEngine(int device, void const* bytes, size_t size);
    ~TrtEngine() override;

    std::vector<TensorInfo> const& tensors() const override;
    std::string name() const override;
    size_t deviceMemorySize() const override;
    int32_t layerCount() const override;
    int device() const override;
    std::string inspect() const override;
    std::shared_ptr<ExecutionContext> createContext(int32_t profile) override;

    nvinfer1::ICudaEngine& get() const
    {
        return *mEngine;
    }

private:
    int mDevice;
    std::unique_ptr<nvinfer1::IRuntime> mRuntime;
    std::unique_ptr<nvinfer1::ICudaEngine> mEngine;
    std::vector<TensorInfo> mTensors;
};

} // namespace trtfairmot
