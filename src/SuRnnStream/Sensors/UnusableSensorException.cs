namespace SuRnnStream;

/// <summary>What a live sensor sends is not what the model takes, and will not be by trying again: that ends the stream.</summary>
/// <param name="reason">What is wrong.</param>
public sealed class UnusableSensorException(InvalidSensorDataException reason) : Exception(reason.Message, reason)
{
    /// <summary>What is wrong.</summary>
    public InvalidSensorDataException Reason => reason;
}
