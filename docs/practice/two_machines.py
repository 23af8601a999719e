"""One of several processes that train a network together.

Called with its number, how many there are, and the address at which they meet.
"""

import json
import sys

import jax
import numpy as np

import gdbook as gd

rank, machines, meeting_place = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")  # with GPUs, leave out this line and the next two
jax.config.update("jax_num_cpu_devices", 8 // machines)
jax.config.update("jax_cpu_collectives_implementation", "gloo")
jax.distributed.initialize(meeting_place, num_processes=machines, process_id=rank)

# From here on the same lines as on one machine: jax.devices() are those of all of them.
network = gd.models.mlp([16, 32, 8])
loss = gd.models.objective(network, gd.models.mean_squared_error)
start, rule = network.init(jax.random.key(0)), gd.optimizers.adam(0.01)

inputs = np.random.default_rng(0).normal(size=(1024, 16))
examples = inputs, np.tanh(inputs[:, :8]) * inputs[:, 8:]

# Except that each machine reads its own part of the data.
mesh = jax.sharding.Mesh(jax.devices(), ("batch",))
spread = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("batch"))
own = jax.tree.map(lambda part: np.split(part, machines)[rank], examples)
data = jax.make_array_from_process_local_data(spread, own)

path = gd.descend(loss, start, rule, 20, data=data, record="loss", devices=jax.devices())
here, everywhere = len(jax.local_devices()), len(jax.devices())
print(json.dumps({"losses": path.loss.tolist(), "here": here, "all": everywhere}))
