#pragma once

#include "tensorrt/trtEngine.h"

namespace trtfairmot
{

// A share of the engine and device memory of its own; used by one thread at a time.
class TrtContext : public ExecutionContext
{
public:
    TrtContext(std::shared_ptr<TrtEngine> engine, int32_t profile);
    ~TrtContext() override;

    void setInputShape(std::string const& name, std::vector<int64_t> const& shape) override;
    std::vector<int64_t> tensorShape(std::string const& name) const override;
    size_t tensorSize(std::string const& name) const override;
    void setTensorAddress(std::string const& name, void* address) override;
    void enqueue(cudaStream_t stream) override;
    std::vector<LayerTime> profile(cudaStream_t stream) override;
    int device() const override;

private:
    TensorInfo const& info(std::string const& name) const;

    std::shared_ptr<TrtEngine> mEngine;
    std::unique_ptr<nvinfer1::IExecutionContext> mContext;
};

} // namespace trtfairmot
