// A sensor to try things with: publishes a table to an MQTT topic in real time, a JSON object a line, as a sensor without memory does. What
// falls into a time without a broker is gone.
//
//   dotnet run --project tools/Publish -c Release -- FILE.csv mqtt://HOST[:PORT]/TOPIC [--no-time]
//
// The header names the members, units left out; the first column is the time in seconds, which --no-time keeps to itself. The last line
// says how many were handed to a broker and how many were not.

using System.Diagnostics;
using System.Globalization;
using MQTTnet;
using SuRnnStream;

if (args is not [var file, var address, .. var rest] || rest is not ([] or ["--no-time"]))
{
    Console.Error.WriteLine("surnn-publish FILE.csv mqtt://HOST[:PORT]/TOPIC [--no-time]");
    return 1;
}
var (mqtt, lines) = (MqttSensorOptions.Parse(address), File.ReadAllLines(file));
string[] names = [.. lines[0].Split(',').Select(head => head.Split('[')[0].Trim())];
var firstMember = rest.Length;

using var client = new MqttClientFactory().CreateMqttClient();
var settings = new MqttClientOptionsBuilder().WithTcpServer(mqtt.Broker.Host, mqtt.Broker.Port ?? 1883).WithTimeout(TimeSpan.FromSeconds(5)).Build();
while (!await TryConnectAsync()) await Task.Delay(100);

var (sent, missed, clock) = (0, 0, Stopwatch.StartNew());
var connecting = Task.FromResult(true);
foreach (var line in lines.Skip(1))
{
    var cells = line.Split(',');
    var due = TimeSpan.FromSeconds(double.Parse(cells[0], CultureInfo.InvariantCulture)) - clock.Elapsed;
    if (due > TimeSpan.Zero) await Task.Delay(due);
    var payload = "{" + string.Join(", ", names.Zip(cells).Skip(firstMember).Select(pair => $"\"{pair.First}\": {(pair.Second.Length > 0 ? pair.Second : "null")}")) + "}";
    if (await TryPublishAsync(payload)) sent++;
    else
    {
        missed++;
        if (connecting.IsCompleted) connecting = TryConnectAsync(); // the rows go on meanwhile
    }
}
Console.WriteLine($"{sent} published, {missed} not");
await connecting;
if (client.IsConnected) await client.DisconnectAsync();
return 0;

async Task<bool> TryConnectAsync()
{
    try
    {
        await client.ConnectAsync(settings);
        return true;
    }
    catch (Exception)
    {
        return false; // the broker is away
    }
}

async Task<bool> TryPublishAsync(string payload)
{
    if (!client.IsConnected) return false;
    try
    {
        await client.PublishStringAsync(mqtt.Topic, payload);
        return true;
    }
    catch (Exception)
    {
        return false;
    }
}
