namespace SuRnnStream.Wyoming;

/// <summary>What a client sent is not the protocol, or more than its limits allow. The message is for the client; its connection ends.</summary>
/// <param name="code">One word, for programs.</param>
/// <param name="message">What is wrong, and what would be right.</param>
sealed class WyomingException(string code, string message) : Exception(message)
{
    public string Code => code;
}
