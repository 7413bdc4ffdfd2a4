namespace SuRnnStream;

/// <summary>What the sensor sends is none of what the model takes, and will not be by trying again: that ends the stream.</summary>
sealed class UnusableSensorException(InvalidSensorDataException reason) : Exception(reason.Message, reason)
{
    public InvalidSensorDataException Reason => reason;
}
